// Named memory, shared with CPython's own, in both directions.
#include <gtest/gtest.h>
#include <skein/multiprocessing/shared_memory.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "multiprocessing/shm_folder.h"

namespace skein::multiprocessing::shared_memory {
namespace {

using skein::testing::shm_exists;

// What a command prints; an exit status that is not 0 is a failure.
std::string output_of(const std::string& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "re");
  std::string text;
  std::array<char, 4096> part{};
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), got);
  EXPECT_EQ(::pclose(pipe), 0) << text;
  return text;
}

// What a Python program prints. It forgets what it has attached to: its resource tracker would unlink that at its end.
std::string python(const std::string& program) {
  static const std::string found = [] {
    std::string path = output_of(SKEIN_TEST_FIND_PYTHON);
    path.resize(path.find_last_not_of('\n') + 1);
    return path;
  }();
  const std::string start =
      "from multiprocessing import resource_tracker, shared_memory\n"
      "def kept(shm):\n"
      "    resource_tracker.unregister(shm._name, 'shared_memory')\n"
      "    return shm\n";
  return output_of("'" + found + "' -I - <<'END'\n" + start + program + "\nEND");
}

class SharedMemoryPython : public skein::testing::ShmTest {};

TEST_F(SharedMemoryPython, PythonReadsAndWritesSkeinsBlock) {
  const SharedMemory block("skt_to_python", true, 10);
  for (std::size_t i = 0; i < 10; ++i) block.buf()[i] = static_cast<std::byte>(i);
  EXPECT_EQ(python("shm = kept(shared_memory.SharedMemory('skt_to_python'))\n"
                   "print(list(shm.buf[:10]), shm.size >= 10)\n"
                   "shm.buf[9] = 200\n"
                   "shm.close()"),
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] True\n");
  EXPECT_EQ(block.buf()[9], std::byte{200});
  EXPECT_TRUE(shm_exists("skt_to_python"));
  block.unlink();
}

TEST_F(SharedMemoryPython, SkeinReadsAndWritesPythonsBlock) {
  python(
      "shm = kept(shared_memory.SharedMemory('skt_of_python', create=True, size=10))\n"
      "shm.buf[0], shm.buf[9] = 7, 9\n"
      "shm.close()");
  EXPECT_TRUE(prune().empty());  // It is none of skein's.
  const SharedMemory block("skt_of_python");
  EXPECT_EQ(block.size(), 10U);
  EXPECT_EQ(block.buf()[0], std::byte{7});
  EXPECT_EQ(block.buf()[9], std::byte{9});
  block.buf()[1] = std::byte{8};
  EXPECT_EQ(python("shm = kept(shared_memory.SharedMemory('skt_of_python'))\n"
                   "print(list(shm.buf))\n"
                   "shm.close()"),
            "[7, 8, 0, 0, 0, 0, 0, 0, 0, 9]\n");
  block.unlink();
  EXPECT_FALSE(shm_exists("skt_of_python"));
}

constexpr std::string_view kItems = "['text', b'bytes', -273.154, 100, None, True, '', 'twelve chars']";

TEST_F(SharedMemoryPython, PythonReadsAndWritesSkeinsList) {
  const Bytes bytes = {std::byte{'b'}, std::byte{'y'}, std::byte{'t'}, std::byte{'e'}, std::byte{'s'}};
  const ShareableList list({"text", bytes, -273.154, 100, None, true, "", "twelve chars"}, {.name = "skt_list"});
  EXPECT_EQ(python("a = shared_memory.ShareableList(name='skt_list')\n"
                   "kept(a.shm)\n"
                   "print(list(a))\n"
                   "print(a.format)\n"
                   "a[0], a[3], a[7] = 1.5, 'in place', None\n"
                   "a.shm.close()"),
            std::string(kItems) + "\n" + "8s8sdqxxxxxx?xxxxxxxx?8s16s\n");
  EXPECT_EQ(list[0], 1.5);
  EXPECT_EQ(list[3], "in place");
  EXPECT_EQ(list[7], None);
  list.shm().unlink();
}

TEST_F(SharedMemoryPython, SkeinReadsAndWritesPythonsList) {
  python("a = shared_memory.ShareableList(" + std::string(kItems) +
         ", name='skt_list')\n"
         "kept(a.shm)\n"
         "a.shm.close()");
  const ShareableList list({.name = "skt_list"});
  EXPECT_EQ(list.repr(), "ShareableList(" + std::string(kItems) + ", name='skt_list')");
  EXPECT_EQ(list.format(), "8s8sdqxxxxxx?xxxxxxxx?8s16s");
  list[1] = "was b";
  list[2] = false;
  list[7] = std::int64_t{-1} << 62;
  EXPECT_EQ(python("a = shared_memory.ShareableList(name='skt_list')\n"
                   "kept(a.shm)\n"
                   "print(a[1], a[2], a[7], a.count(False), a.index(100))\n"
                   "a.shm.close()"),
            "was b False -4611686018427387904 1 3\n");
  list.shm().unlink();
}

}  // namespace
}  // namespace skein::multiprocessing::shared_memory
