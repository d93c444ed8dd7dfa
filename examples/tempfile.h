// tempfile.h - for the examples: as much of Python's tempfile as they use.
#ifndef SKEIN_EXAMPLES_TEMPFILE_H_
#define SKEIN_EXAMPLES_TEMPFILE_H_

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace tempfile {

// Python: tempfile.TemporaryDirectory. It is there as long as the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "tmp.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tempfile

#endif  // SKEIN_EXAMPLES_TEMPFILE_H_
