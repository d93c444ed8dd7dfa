#include <gtest/gtest.h>
#include <skein/core.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace skein {
namespace {

TEST(Version, OfTheLibraryIsThatOfItsHeaders) {
  std::vector<int> parts;
  std::string_view rest = version();
  while (!rest.empty()) {
    int part = -1;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), part);
    ASSERT_EQ(error, std::errc()) << version();
    parts.push_back(part);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.empty()) {
      ASSERT_EQ(rest.front(), '.') << version();
      rest.remove_prefix(1);
    }
  }
  ASSERT_EQ(parts.size(), 3U) << version();
  EXPECT_EQ(parts[0] * 10000 + parts[1] * 100 + parts[2], SKEIN_VERSION);
}

// Two versions with different inline namespaces can live in one process; v0 is part of every symbol's name.
TEST(Version, TheAbiNamespaceIsInline) {
  static_assert(std::is_same_v<skein::ValueError, skein::v0::ValueError>);
  EXPECT_EQ(skein::version(), skein::v0::version());
}

}  // namespace
}  // namespace skein
