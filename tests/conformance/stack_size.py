# stack_size: the stack of threads to come; asking without a size is the same as setting 0.
# needs: 3.11
# From: row T16, and the documentation: at least 32 KiB, ValueError otherwise, and nothing changes then.
import threading

from show import in_thread, outcome

print("at first:", threading.stack_size())
print("256 KiB:", outcome(lambda: threading.stack_size(256 * 1024)))
print("a thread runs:", in_thread(lambda: 6 * 7))
print("-1:", outcome(lambda: threading.stack_size(-1)))
print("-4096:", outcome(lambda: threading.stack_size(-4096)))
print("1:", outcome(lambda: threading.stack_size(1)))
print("4096:", outcome(lambda: threading.stack_size(4096)))
print("32767:", outcome(lambda: threading.stack_size(32767)))
print("4 MiB, until now:", outcome(lambda: threading.stack_size(4 * 1024 * 1024)))
print("a thread runs:", in_thread(lambda: 6 * 7))
print("asked, until now:", threading.stack_size())
print("asked again:", threading.stack_size())
print("64 KiB:", outcome(lambda: threading.stack_size(65536)))
print("a thread asks:", in_thread(lambda: threading.stack_size()))
print("asked again:", threading.stack_size())
print("1 MiB:", outcome(lambda: threading.stack_size(1024 * 1024)))
print("0:", outcome(lambda: threading.stack_size(0)))
print("the system's again:", threading.stack_size())
