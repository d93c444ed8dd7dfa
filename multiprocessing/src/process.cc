#include <skein/core/errors.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/internal/guard.h>

#include <typeinfo>
#include <utility>

#include "process_state.h"

namespace skein::inline v0::multiprocessing {

using internal::ProcessState;

Process::Process(ProcessOptions options) : Process(Bound{}, std::move(options), std::unique_ptr<internal::Work>()) {}

Process::Process(Bound /*bound*/, ProcessOptions options, std::unique_ptr<internal::Work> target)
    : ProcessHandle(ProcessState::make_child(std::move(options.name), options.daemon, "Process")) {
  state_->work = std::move(target);
}

Process::Process(Process&& other) noexcept = default;
Process& Process::operator=(Process&& other) noexcept = default;
Process::~Process() = default;

void Process::start() {
  ProcessState& process = state();
  if (self_.expired() && typeid(*this) != typeid(Process)) {
    throw RuntimeError(
        "a class derived from multiprocessing::Process must be made by multiprocessing::make<T>(...), so that it can "
        "be "
        "made again in the other process");
  }
  process.start(*this);
}

void Process::run() { state().call_target(); }

namespace internal {

void ObjectPart::adopt_as(const std::shared_ptr<Process>& made, const Trampoline& trampoline,
                          void (*pack)(const Process&, PayloadWriter&), const std::string& type) {
  made->self_ = made;
  made->trampoline_ = &trampoline;
  made->pack_ = pack;
  ProcessState& process = made->state();
  const skein::internal::Guard guard(ProcessRegistry::instance().lock);
  if (process.named || process.phase != ProcessState::Phase::kInitial) return;
  // Python: type(self).__name__, which says nothing of where the class is.
  const std::string bare = type.substr(0, type.find('<'));
  const std::size_t scope = bare.rfind("::");
  process.name = (scope == std::string::npos ? bare : bare.substr(scope + 2)) + '-' + process.number();
}

void ObjectPart::throw_not_portable(const std::string& type) {
  throw TypeError(
      "cannot give an object of " + type +
      " to a process that is started by spawn or forkserver: give the class a default constructor and "
      "`template <class Archive> void serialize(Archive& archive) { archive(a, b); }` that names the members "
      "its run() needs, or use multiprocessing::get_context(\"fork\")");
}

}  // namespace internal
}  // namespace skein::inline v0::multiprocessing
