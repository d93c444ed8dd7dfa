#include <skein/core/errors.h>
#include <skein/core/exception_group.h>

#include <cxxabi.h>

namespace skein::inline v0 {

namespace {

// The group that the exception is, if it is one.
std::optional<ExceptionGroup> as_group(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ExceptionGroup& group) {
    return group;
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace

ExceptionGroup::ExceptionGroup(std::string message, std::vector<std::exception_ptr> exceptions) {
  if (exceptions.empty()) throw ValueError("second argument (exceptions) must be a non-empty sequence");
  for (std::size_t i = 0; i < exceptions.size(); ++i) {
    if (exceptions[i] == nullptr) {
      throw ValueError("Item " + std::to_string(i) + " of second argument (exceptions) is not an exception");
    }
  }
  std::string what =
      message + " (" + std::to_string(exceptions.size()) + " sub-exception" + (exceptions.size() == 1 ? "" : "s") + ")";
  state_ = std::make_shared<const State>(State{std::move(message), std::move(exceptions), std::move(what)});
}

ExceptionGroup::~ExceptionGroup() = default;

ExceptionGroup ExceptionGroup::derive(std::vector<std::exception_ptr> exceptions) const {
  return {message(), std::move(exceptions)};
}

std::pair<std::optional<ExceptionGroup>, std::optional<ExceptionGroup>> ExceptionGroup::split(
    const Condition& condition) const {
  if (condition(std::make_exception_ptr(*this))) return {*this, std::nullopt};
  return split_content(condition);
}

std::pair<std::optional<ExceptionGroup>, std::optional<ExceptionGroup>> ExceptionGroup::split_content(
    const Condition& condition) const {
  std::vector<std::exception_ptr> matching;
  std::vector<std::exception_ptr> others;
  for (const std::exception_ptr& error : exceptions()) {
    if (condition(error)) {
      matching.push_back(error);
    } else if (const std::optional<ExceptionGroup> group = as_group(error)) {
      auto [inner, rest] = group->split_content(condition);
      // A group that is whole stays the object that it was.
      if (inner.has_value()) matching.push_back(rest.has_value() ? std::make_exception_ptr(*inner) : error);
      if (rest.has_value()) others.push_back(inner.has_value() ? std::make_exception_ptr(*rest) : error);
    } else {
      others.push_back(error);
    }
  }
  const auto made = [this](std::vector<std::exception_ptr> found) -> std::optional<ExceptionGroup> {
    if (found.empty()) return std::nullopt;
    return derive(std::move(found));
  };
  return {made(std::move(matching)), made(std::move(others))};
}

std::optional<ExceptionGroup> ExceptionGroup::subgroup(const Condition& condition) const {
  return split(condition).first;
}

}  // namespace skein::inline v0
