#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/shared_memory.h>

#include <limits>
#include <string>
#include <vector>

#include "multiprocessing/shm_folder.h"

namespace skein::multiprocessing::shared_memory {
namespace {

using Item = ShareableItem;

Bytes bytes(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

class ShareableListTest : public skein::testing::ShmTest {
 protected:
  // Unlinked at the end.
  ShareableList make(const std::vector<Item>& items) {
    made_.emplace_back(items);
    return made_.back();
  }
  void TearDown() override {
    for (const auto& list : made_) list.shm().unlink();
    made_.clear();
    ShmTest::TearDown();
  }

 private:
  std::vector<ShareableList> made_;
};

TEST_F(ShareableListTest, HoldsEachTypeAndGivesItBack) {
  const auto list = make({"howdy", bytes("HoWdY"), -273.154, 100, None, true, 42, "", bytes(""), "12345678", false});
  EXPECT_EQ(list.size(), 11U);
  EXPECT_EQ(list.format(), "8s8sdqxxxxxx?xxxxxxxx?q8s8s16sxxxxxxx?");
  EXPECT_EQ(list.shm().size(), 299U);
  EXPECT_EQ(list[0].get<std::string>(), "howdy");
  EXPECT_EQ(list[1].get<Bytes>(), bytes("HoWdY"));
  EXPECT_EQ(list[2].get<double>(), -273.154);
  EXPECT_EQ(list[3].get<std::int64_t>(), 100);
  EXPECT_TRUE(std::holds_alternative<NoneType>(Item(list[4])));
  EXPECT_TRUE(list[5].get<bool>());
  EXPECT_EQ(list[9].get<std::string>(), "12345678");
  EXPECT_FALSE(list[-1].get<bool>());
  EXPECT_THROW(static_cast<void>(list[3].get<double>()), std::bad_variant_access);
}

TEST_F(ShareableListTest, AnAssignmentMayChangeTheTypeButNotTheRoom) {
  const auto list = make({"howdy", 5});
  list[0] = "12345678";
  EXPECT_THROW(list[0] = "123456789", ValueError);
  EXPECT_EQ(list[0], "12345678");
  list[0] = 1.5;
  EXPECT_EQ(list[0], 1.5);
  list[0] = bytes("xyz");
  EXPECT_EQ(list[0], bytes("xyz"));
  list[1] = "12345678";
  EXPECT_EQ(list[1], "12345678");
  list[1] = None;
  EXPECT_EQ(list[1], None);
  list[0] = list[1];
  EXPECT_EQ(list[0], None);
  EXPECT_THROW(list[2] = 1, IndexError);
  EXPECT_THROW(static_cast<void>(Item{list[-3]}), IndexError);
}

TEST_F(ShareableListTest, IntsHave64Bits) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const auto list = make({kMost, std::numeric_limits<std::int64_t>::min(), 7U});
  EXPECT_EQ(list[0].get<std::int64_t>(), kMost);
  EXPECT_EQ(list[1].get<std::int64_t>(), -kMost - 1);
  EXPECT_EQ(list[2], 7);
  EXPECT_THROW(list[0] = std::uint64_t{1} << 63, OverflowError);
  EXPECT_EQ(list[0], kMost);
}

TEST_F(ShareableListTest, ComparesNumbersAsPythonDoes) {
  EXPECT_EQ(Item(1), Item(true));
  EXPECT_EQ(Item(1), Item(1.0));
  EXPECT_EQ(Item(0.0), Item(false));
  EXPECT_NE(Item(1), Item("1"));
  EXPECT_NE(Item("a"), Item(bytes("a")));
  EXPECT_NE(Item(None), Item(0));
  EXPECT_NE(Item(std::numeric_limits<double>::quiet_NaN()), Item(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_NE(Item(std::numeric_limits<double>::quiet_NaN()), Item(0));
  // A double that no int64_t is, and an int64_t that no double is.
  EXPECT_NE(Item((std::int64_t{1} << 53) + 1), Item(9007199254740992.0));
  EXPECT_NE(Item(std::numeric_limits<std::int64_t>::max()), Item(9223372036854775808.0));
  EXPECT_EQ(Item(std::numeric_limits<std::int64_t>::min()), Item(-9223372036854775808.0));
  EXPECT_NE(Item(0), Item(0.5));
  EXPECT_NE(Item(-1), Item(-0.5));
  const auto list = make({1, true, 1.0, "1", 2});
  EXPECT_EQ(list.count(1), 3U);
  EXPECT_EQ(list.index("1"), 3U);
  EXPECT_EQ(list.index(2.0), 4U);
}

TEST_F(ShareableListTest, ReprIsPythons) {
  EXPECT_EQ(Item(1e16).repr(), "1e+16");
  EXPECT_EQ(Item(1e15).repr(), "1000000000000000.0");
  EXPECT_EQ(Item(1e-5).repr(), "1e-05");
  EXPECT_EQ(Item(0.0001).repr(), "0.0001");
  EXPECT_EQ(Item(0.1).repr(), "0.1");
  EXPECT_EQ(Item(-0.0).repr(), "-0.0");
  EXPECT_EQ(Item(1e100).repr(), "1e+100");
  EXPECT_EQ(Item(9007199254740993.0).repr(), "9007199254740992.0");
  EXPECT_EQ(Item("it's").repr(), "\"it's\"");
  EXPECT_EQ(Item("it's \"so\"\n").repr(), "'it\\'s \"so\"\\n'");
  EXPECT_EQ(Item(bytes("no\xff")).repr(), "b'no\\xff'");
  const auto list = make({1, "a", None, true});
  EXPECT_EQ(list.repr(), "ShareableList([1, 'a', None, True], name='" + list.shm().name() + "')");
}

TEST_F(ShareableListTest, IteratesAndAttaches) {
  const auto list = make({3, "x", 0.5});
  const ShareableList other({.name = list.shm().name()});
  std::vector<Item> seen;
  for (const auto& item : other) seen.push_back(item);
  EXPECT_THAT(seen, ::testing::ElementsAre(Item(3), Item("x"), Item(0.5)));
  other[1] = "y";
  EXPECT_EQ(list[1], "y");
  other.shm().close();
  EXPECT_THROW(static_cast<void>(Item{other[0]}), TypeError);
}

TEST_F(ShareableListTest, NoList) {
  EXPECT_THROW(ShareableList({.name = "skt_missing"}), FileNotFoundError);
  const auto list = make({});
  EXPECT_EQ(list.size(), 0U);
  EXPECT_EQ(list.format(), "");
  EXPECT_EQ(list.shm().size(), 16U);
  EXPECT_EQ(ShareableList({.name = list.shm().name()}).size(), 0U);
  EXPECT_THROW(make({std::string(10'000'000, 'x')}), AssertionError);
  const SharedMemory raw("skt_raw", true, 16);
  raw.buf()[0] = std::byte{100};
  EXPECT_THROW(ShareableList({.name = "skt_raw"}), RuntimeError);
  EXPECT_THROW(ShareableList({Item(1)}, {.name = "skt_raw"}), FileExistsError);
  raw.unlink();
  const SharedMemory tiny("skt_tiny", true, 3);
  EXPECT_THROW(ShareableList({.name = "skt_tiny"}), RuntimeError);
  tiny.unlink();
}

}  // namespace
}  // namespace skein::multiprocessing::shared_memory
