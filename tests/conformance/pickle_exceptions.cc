// pickle_exceptions.cc - pickle_exceptions.py, line by line.
#include <skein/core/errors.h>
#include <skein/core/exception_group.h>
#include <skein/multiprocessing/errors.h>
#include <skein/pickle.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "print.h"

namespace pickle = skein::pickle;
namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using skein::ExceptionGroup;
using skein::KeyError;
using skein::TypeError;
using skein::ValueError;

namespace {

std::exception_ptr copy(const std::exception_ptr& error) {
  return pickle::loads<std::exception_ptr>(pickle::dumps(error));
}
// The outcome of raising what comes out of a pickle of it.
std::string raised_again(const std::exception_ptr& error) {
  return outcome([&] { std::rethrow_exception(copy(error)); });
}
template <class E>
std::string raised(const E& error) {
  return raised_again(std::make_exception_ptr(error));
}

template <class Call>
std::exception_ptr caught(const Call& call) {
  try {
    call();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

// One's own: by its text, and with more to it than that.
class Plain : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Coded : public std::runtime_error {
 public:
  explicit Coded(int given) : std::runtime_error("code " + std::to_string(given)), code(given) {}
  template <class Archive>
  void save(Archive& archive) const {
    archive(code);
  }
  template <class Archive>
  static void load_and_construct(Archive& archive, cereal::construct<Coded>& construct) {
    int given = 0;
    archive(given);
    construct(given);
  }
  int code;
};

}  // namespace

int main() {
  print{"ValueError:", raised(ValueError("bad value"))};
  print{"without text:", raised(ValueError(""))};
  print{"TypeError:", raised(TypeError("bad type"))};
  print{"RuntimeError:", raised(skein::RuntimeError("bad state"))};
  print{"KeyError:", raised(KeyError("'k'"))};
  print{"LookupError:", raised(skein::LookupError("where"))};
  print{"OverflowError:", raised(skein::OverflowError("too much"))};
  print{"TimeoutError:", raised(skein::TimeoutError()), raised(skein::TimeoutError("late"))};
  print{"EOFError:", raised(skein::multiprocessing::EOFError("over"))};
  print{"AssertionError:", raised(skein::multiprocessing::AssertionError("never"))};
  print{"queue:", raised(queue::Empty()), raised(queue::Full())};
  print{"BrokenBarrierError:", raised(threading::BrokenBarrierError())};
  print{"PicklingError:", raised(pickle::PicklingError("no")), raised(pickle::UnpicklingError("neither"))};

  // By its base, as one that was raised here.
  try {
    std::rethrow_exception(copy(std::make_exception_ptr(KeyError("'k'"))));
  } catch (const skein::LookupError& e) {
    print{"caught as LookupError:", dynamic_cast<const KeyError*>(&e) != nullptr ? "KeyError" : "LookupError"};
  }

  // Not Exceptions.
  try {
    std::rethrow_exception(copy(std::make_exception_ptr(skein::SystemExit(3))));
  } catch (const skein::SystemExit& e) {
    print{"SystemExit:", e.code()};
  }
  try {
    std::rethrow_exception(copy(std::make_exception_ptr(skein::KeyboardInterrupt())));
  } catch (const std::exception&) {
    print{"an Exception"};
  } catch (const skein::KeyboardInterrupt&) {
    print{"KeyboardInterrupt"};
  }

  pickle::register_exception<Plain>();
  pickle::register_exception<Coded>();
  print{"Plain:", raised(Plain("text"))};
  int code = 0;
  try {
    std::rethrow_exception(copy(std::make_exception_ptr(Coded(7))));
  } catch (const Coded& e) {
    code = e.code;
  }
  print{"Coded:", raised(Coded(7)), code};

  // What a call throws, after it was caught.
  print{"of a call:", raised_again(caught([] { queue::Queue<int>().get(false); }))};
  print{"of another:", raised_again(caught([] { threading::Lock().release(); }))};

  // Groups.
  const ExceptionGroup group(
      "several", {std::make_exception_ptr(ValueError("a")),
                  std::make_exception_ptr(ExceptionGroup(
                      "inside", {std::make_exception_ptr(KeyError("'b'")), std::make_exception_ptr(TypeError("c"))}))});
  try {
    std::rethrow_exception(copy(std::make_exception_ptr(group)));
  } catch (const ExceptionGroup& other) {
    print{"group:", other.message(), other.exceptions().size(), raised(group)};
    const auto first = outcome([&] { std::rethrow_exception(other.exceptions()[0]); });
    std::size_t inside = 0;
    try {
      std::rethrow_exception(other.exceptions()[1]);
    } catch (const ExceptionGroup& part) {
      inside = part.exceptions().size();
    }
    print{"parts:", first.substr(0, first.find(':')), inside};
    print{"split:", other.subgroup<KeyError>().has_value(), other.subgroup<skein::OSError>().has_value()};
  }

  // Several, in a list.
  const auto errors = pickle::loads<std::vector<std::exception_ptr>>(pickle::dumps(
      std::vector{std::make_exception_ptr(ValueError("a")), {}, std::make_exception_ptr(KeyError("'b'"))}));
  print{"list:", raised_again(errors[0]), errors[1] == nullptr, raised_again(errors[2])};
}
