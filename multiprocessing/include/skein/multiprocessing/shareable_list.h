// skein/multiprocessing/shareable_list.h - a list of fixed length in shared memory. Python:
// multiprocessing.shared_memory.ShareableList.
#ifndef SKEIN_MULTIPROCESSING_SHAREABLE_LIST_H_
#define SKEIN_MULTIPROCESSING_SHAREABLE_LIST_H_

#include <skein/core/errors.h>
#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/shared_memory_block.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace skein::inline v0::multiprocessing::shared_memory {

// Python: bytes.
using Bytes = std::vector<std::byte>;

// What a ShareableList holds: None, an int of 64 bits, a float, a bool, a str (UTF-8) or bytes. A std::variant, so that
// std::get, std::get_if and std::visit do what they always do.
class ShareableItem : public std::variant<NoneType, std::int64_t, double, bool, std::string, Bytes> {
 public:
  using Variant = std::variant<NoneType, std::int64_t, double, bool, std::string, Bytes>;
  using Variant::variant;

  ShareableItem() noexcept : Variant(None) {}

  // Errors: OverflowError if it does not fit into an int64_t. (Python: struct.error.)
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool> && sizeof(T) == sizeof(std::int64_t))
  ShareableItem(T value) : Variant(checked(value)) {}              // NOLINT(google-explicit-constructor)
  ShareableItem(const char* text) : Variant(std::string(text)) {}  // NOLINT(google-explicit-constructor)

  // Python: repr().
  [[nodiscard]] SKEIN_API std::string repr() const;
  // As in Python: numbers are compared by value, so that 1 == 1.0 == True; a str never equals bytes.
  friend SKEIN_API bool operator==(const ShareableItem& a, const ShareableItem& b) noexcept;

 private:
  static std::int64_t checked(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      throw OverflowError("an int in a ShareableList has 64 bits, one of them for the sign");
    }
    return static_cast<std::int64_t>(value);
  }
};

// The length is fixed, and so is the room of each str and bytes, at the next multiple of 8 above its length. The layout
// is CPython's, byte for byte: lists are shared with Python processes, in both directions. As there, zero bytes at
// the end of a str or of bytes are lost. A handle; copies share the list.
//
// Threads:  as SharedMemory. An assignment is several writes: whoever reads the item meanwhile, here or in another
//           process, may get a mixture. Guard it with a Lock.
// Lifetime: the block is `shm()`; close and unlink that. After its close() the items cannot be reached.
// Ordering: none by itself.
// Cost:     a copy of the item each time.
// Death:    a writer that is killed leaves that one item with its old, its new or mixed bytes, never an unreadable
//           list.
//
// Everything that is read from the block is copied once and then checked, offsets when the list is attached to, so
// that nothing another process writes there leads outside of it. (CPython counts the characters of a str where the
// bytes matter, and takes for valid some negative positions that are not.)
class ShareableList {
 public:
  using Item = ShareableItem;

  // What `list[i]` gives: stands for the item, reads it when asked and writes it when assigned to.
  class SKEIN_API Reference {
   public:
    Reference(const Reference&) = default;
    ~Reference() = default;
    // Errors: IndexError ("assignment index out of range"); ValueError if a str or bytes has not room enough;
    //         TypeError after close().
    const Reference& operator=(const Item& value) const;
    const Reference& operator=(const Reference& other) const { return *this = Item(other); }
    Reference& operator=(const Reference& other) {
      std::as_const(*this) = Item(other);
      return *this;
    }
    // Errors: IndexError ("index out of range"); TypeError after close().
    operator Item() const;  // NOLINT(google-explicit-constructor)
    // The item as a T of the variant.
    // Errors: as above; std::bad_variant_access if it is something else.
    template <class T>
    [[nodiscard]] T get() const {
      return std::get<T>(Item(*this));
    }
    friend bool operator==(const Reference& a, const Item& b) { return Item(a) == b; }

   private:
    friend class ShareableList;
    Reference(const ShareableList& list, std::int64_t position) : list_(list), position_(position) {}

    const ShareableList& list_;
    std::int64_t position_;
  };

  // Gives copies of the items.
  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = Item;

    Iterator() noexcept = default;
    Item operator*() const { return Item((*list_)[position_]); }
    Iterator& operator++() noexcept {
      ++position_;
      return *this;
    }
    void operator++(int) noexcept { ++position_; }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.position_ == b.position_; }

   private:
    friend class ShareableList;
    Iterator(const ShareableList& list, std::int64_t position) noexcept : list_(&list), position_(position) {}

    const ShareableList* list_ = nullptr;
    std::int64_t position_ = 0;
  };

  // The keyword arguments of ShareableList.
  struct Options {
    std::optional<std::string> name = std::nullopt;
  };

  // An empty list without a block: for archives.
  ShareableList() noexcept = default;
  explicit ShareableList(multiprocessing::internal::Unpickled) noexcept {}
  // A new list in a new block, of that name or a random one.
  // Errors: as creating a SharedMemory; AssertionError if a str or bytes has 10^7 - 8 bytes or more.
  SKEIN_API explicit ShareableList(const std::vector<Item>& sequence, const Options& options = {std::nullopt});
  ShareableList(std::initializer_list<Item> sequence, const Options& options = {std::nullopt})
      : ShareableList(std::vector<Item>(sequence), options) {}
  // Attaches to the list in the block of that name.
  // Errors: as attaching to a SharedMemory; RuntimeError if what is there is no list.
  SKEIN_API explicit ShareableList(const Options& options);

  // Negative positions count from the end.
  [[nodiscard]] Reference operator[](std::int64_t position) const noexcept { return {*this, position}; }
  // Python: len().
  [[nodiscard]] std::size_t size() const noexcept { return layout_ == nullptr ? 0 : layout_->offsets.size() - 1; }
  [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, static_cast<std::int64_t>(size())}; }

  // The struct format of all items, in Python's notation.
  [[nodiscard]] SKEIN_API std::string format() const;
  // How many items equal `value`.
  [[nodiscard]] SKEIN_API std::size_t count(const Item& value) const;
  // The position of the first item that equals `value`.
  // Errors: ValueError if none does.
  [[nodiscard]] SKEIN_API std::size_t index(const Item& value) const;
  // The block. Python: the attribute shm.
  [[nodiscard]] const SharedMemory& shm() const noexcept { return shm_; }
  // Python: repr().
  [[nodiscard]] SKEIN_API std::string repr() const;

  // The name travels.
  template <class Archive>
  void save(Archive& archive) const {
    shm_.save(archive);
  }
  template <class Archive>
  void load(Archive& archive) {
    SharedMemory shm;
    shm.load(archive);
    *this = shm.name().empty() ? ShareableList() : ShareableList(std::move(shm));
  }

 private:
  // What does not change, copied once.
  struct Layout {
    std::vector<std::uint64_t> offsets;  // Of each item from the first one, and of the end.
  };

  SKEIN_API explicit ShareableList(SharedMemory shm);
  void attach();
  [[nodiscard]] std::byte* memory() const;
  [[nodiscard]] std::optional<std::size_t> place(std::int64_t position) const noexcept;
  // From the block's start.
  [[nodiscard]] std::size_t item_at(std::size_t i) const noexcept;
  [[nodiscard]] std::size_t format_at(std::size_t i) const noexcept;
  [[nodiscard]] std::size_t code_at(std::size_t i) const noexcept;
  [[nodiscard]] std::string format_of(std::size_t i) const;
  [[nodiscard]] Item read(std::size_t i) const;
  void write(std::byte* base, std::size_t i, const Item& value) const;

  SharedMemory shm_;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace skein::inline v0::multiprocessing::shared_memory

#endif  // SKEIN_MULTIPROCESSING_SHAREABLE_LIST_H_
