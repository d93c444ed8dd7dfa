// skein/multiprocessing/freeze_support.h - where a process that was started anew stops being a copy of the program.
// Python: multiprocessing.freeze_support() and `if __name__ == "__main__":`.
#ifndef SKEIN_MULTIPROCESSING_FREEZE_SUPPORT_H_
#define SKEIN_MULTIPROCESSING_FREEZE_SUPPORT_H_

#include <skein/core/export.h>

namespace skein::inline v0::multiprocessing {

//   int main(int argc, char** argv) {
//     skein::multiprocessing::freeze_support(argc, argv);
//     ...
//
// The first line of main in a program that starts processes by spawn or forkserver. In such a process, and in the fork
// server, it does what that is for and never returns; in the program it only notes that it was called, which makes
// forkserver the default start method, and start() refuse no other one.
//
// A process that was started anew and does not get here within 10 s (SKEIN_START_TIMEOUT: seconds) ends with exit code
// 1 and a message that says what to write; so does one whose main returns first.
SKEIN_API void freeze_support(int argc, char** argv);

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_FREEZE_SUPPORT_H_
