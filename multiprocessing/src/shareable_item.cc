#include <skein/multiprocessing/shareable_list.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>

namespace skein::inline v0::multiprocessing::shared_memory {

namespace {

// A number as Python compares it: exactly, whatever its type.
std::partial_ordering compare(std::int64_t whole, double real) noexcept {
  if (std::isnan(real)) return std::partial_ordering::unordered;
  // Beyond these no int64_t is; within, the whole part of a double is one exactly.
  if (real >= 9223372036854775808.0) return std::partial_ordering::less;
  if (real < -9223372036854775808.0) return std::partial_ordering::greater;
  const double floor = std::floor(real);
  const auto order = whole <=> static_cast<std::int64_t>(floor);
  if (order != 0) return order;
  return real > floor ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

const double* real_of(const ShareableItem& item) noexcept { return std::get_if<double>(&item); }
std::optional<std::int64_t> whole_of(const ShareableItem& item) noexcept {
  if (const auto* const whole = std::get_if<std::int64_t>(&item)) return *whole;
  if (const auto* const flag = std::get_if<bool>(&item)) return *flag ? 1 : 0;
  return std::nullopt;
}

// The shortest digits that give the number again, with Python's choice between 100000.0 and 1e+16.
std::string repr_of(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> text{};
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  const std::string_view all(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t mark = all.find('e');
  int exponent = 0;
  const std::size_t digits = mark + (all[mark + 1] == '+' ? 2 : 1);
  std::from_chars(all.data() + digits, end, exponent);
  if (exponent < -4 || exponent >= 16) return std::string(all);
  const char* const fixed = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  std::string result(text.data(), static_cast<std::size_t>(fixed - text.data()));
  if (result.find('.') == std::string::npos) result += ".0";
  return result;
}

// `escape_high`: what is no ASCII is written by its number, as in bytes.
std::string quoted(std::string_view text, bool escape_high) {
  const bool single = text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char quote = single ? '\'' : '"';
  std::string result(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      result += {'\\', c};
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (escape_high && byte > 0x7f)) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned>(byte));
      result += code.data();
    } else {
      result += c;
    }
  }
  return result + quote;
}

struct Repr {
  std::string operator()(NoneType /*none*/) const { return "None"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return repr_of(value); }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(const std::string& value) const { return quoted(value, false); }
  std::string operator()(const Bytes& value) const {
    return "b" + quoted({reinterpret_cast<const char*>(value.data()), value.size()}, true);
  }
};

}  // namespace

std::string ShareableItem::repr() const { return std::visit(Repr(), static_cast<const Variant&>(*this)); }

bool operator==(const ShareableItem& a, const ShareableItem& b) noexcept {
  const auto a_whole = whole_of(a);
  const auto b_whole = whole_of(b);
  if (a_whole && b_whole) return *a_whole == *b_whole;
  if (a_whole && real_of(b) != nullptr) return compare(*a_whole, *real_of(b)) == 0;
  if (b_whole && real_of(a) != nullptr) return compare(*b_whole, *real_of(a)) == 0;
  if (a.index() != b.index()) return false;
  if (real_of(a) != nullptr) return *real_of(a) == *real_of(b);
  if (const auto* const text = std::get_if<std::string>(&a)) return *text == *std::get_if<std::string>(&b);
  if (const auto* const bytes = std::get_if<Bytes>(&a)) return *bytes == *std::get_if<Bytes>(&b);
  return true;  // Both None.
}

}  // namespace skein::inline v0::multiprocessing::shared_memory
