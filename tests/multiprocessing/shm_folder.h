// What lies in /dev/shm, for tests that leave something there for a while.
#ifndef SKEIN_TESTS_MULTIPROCESSING_SHM_FOLDER_H_
#define SKEIN_TESTS_MULTIPROCESSING_SHM_FOLDER_H_

#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/shared_memory.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "block_record.h"
#include "multiprocessing/descendants.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein::testing {

// The errno of what `call` throws; 0 if nothing.
template <class Call>
int errno_of(Call call) {
  try {
    call();
  } catch (const OSError& error) {
    return error.code().value();
  }
  return 0;
}

inline std::string shm_path(const std::string& name) { return "/dev/shm/" + name; }
// Whether the name is there, as what ever.
inline bool shm_exists(const std::string& name) {
  struct stat status{};
  return ::lstat(shm_path(name).c_str(), &status) == 0;
}
// The names that skein or this folder's tests gave.
inline std::vector<std::string> shm_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    const std::string name = entry.path().filename();
    if (name.starts_with("skm_") || name.starts_with("skt_")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// One test at a time, also of those in other processes, since prune() takes what others' tests have left on purpose.
// After each, the folder is as it was, and so is the number of descriptors.
class ShmTest : public ::testing::Test {
 protected:
  void SetUp() override {
    lock_ = ::open("/tmp/skein_shared_memory_test.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(lock_, 0);
    ASSERT_EQ(::flock(lock_, LOCK_EX), 0);
    for (const std::string& name : shm_names()) {
      if (name.starts_with("skt_")) ::unlink(shm_path(name).c_str());  // Of a test that failed.
    }
    multiprocessing::shared_memory::prune();
    before_ = shm_names();
    descriptors_ = descriptor_count();
  }
  void TearDown() override {
    skein::internal::arm_faults("");
    EXPECT_EQ(shm_names(), before_);
    EXPECT_EQ(descriptor_count(), descriptors_);
    ::close(lock_);
  }

 private:
  int lock_ = -1;
  std::vector<std::string> before_;
  std::int64_t descriptors_ = 0;
};

// A process of a family of its own, as a program that was started by itself would be.
template <class Body>
Outcome run_stranger(Body body, double limit = 20) {
  return run_forked(
      [&body] {
        multiprocessing::shared_memory::internal::set_family_root(multiprocessing::internal::self());
        return body();
      },
      limit);
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_SHM_FOLDER_H_
