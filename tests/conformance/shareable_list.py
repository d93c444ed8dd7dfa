# shareable_list: what a ShareableList holds, changes and counts.
# needs: 3.11
# From: bpo-35813, which added it; the documentation, whose example this follows.
from multiprocessing.shared_memory import ShareableList

a = ShareableList(["howdy", b"HoWdY", -273.154, 100, None, True, 42, "", b"", "12345678", False])
print("items:", list(a))
print("len:", len(a))
print("format:", a.format)
print("from the end:", repr(a[-1]), repr(a[-11]))

a[2] = -78.5
print("a float:", repr(a[2]), a.format)
a[2] = "dry ice"
print("a str in its place:", repr(a[2]), a.format)
a[2] = b"8 bytes!"
print("bytes:", repr(a[2]), a.format)
a[2] = None
print("None:", repr(a[2]), a.format)
a[0] = "12345678"
print("as long as there is room:", repr(a[0]))
a[0] = ""
a[9] = "now it has 15.."
print("the room of 8 characters is 16:", repr(a[9]))
a[3] = 2**63 - 1
a[6] = -2**63
print("64 bits:", repr(a[3]), repr(a[6]))
a[3] = True
a[6] = 1
print("items:", list(a))

print("count 1:", a.count(1))
print("count True:", a.count(True))
print("count 1.0:", a.count(1.0))
print("count '':", a.count(""))
print("count b'':", a.count(b""))
print("count None:", a.count(None))
print("count 7:", a.count(7))
print("index None:", a.index(None))
print("index 1:", a.index(1))
print("index 0.0:", a.index(0.0))

# Another list on the same block.
b = ShareableList(name=a.shm.name)
print("attached:", list(b) == list(a), len(b), b.format == a.format)
b[6] = "other"
print("seen:", repr(a[6]))
b.shm.close()

# Zeros at the end are lost.
c = ShareableList(["a\0b", "c\0", b"\0\0", b"d\0"])
print("zeros:", list(c))
print("numbers:", list(ShareableList([1e16, 1e-5, 0.1, 1e100, -0.0, 123456789.0, 2**53])))
empty = ShareableList([])
print("empty:", list(empty), len(empty), repr(empty.format), empty.shm.size)
quotes = ShareableList(["it's", 'say "so"', "both ' and \"", "new\nline\t\\", b"\x00\xff'", "äö"])
print("quotes:", list(quotes))
d = ShareableList([1, "a", None], name="skc_list_repr")
print(d)
for each in (a, c, empty, quotes, d):
    each.shm.close()
    each.shm.unlink()
