// The SHA-256 of every file below a folder, computed by a pool of threads, with a line about the
// progress now and then. as_completed() gives the Futures in the order in which they are done.
#include <openssl/evp.h>
#include <skein/futures.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "print.h"
#include "tempfile.h"

namespace futures = skein::futures;
namespace pathlib = std::filesystem;

// Sixty files in six folders, the largest of about 100 KB: something to work on.
void fill(const pathlib::path& folder) {
  for (int i = 0; i < 60; ++i) {
    const auto path = folder / ("folder" + std::to_string(i % 6)) / ("file" + std::to_string(i) + ".txt");
    pathlib::create_directory(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    for (int line = 0; line < i * 60 + 1; ++line) {
      file << "This is line " << line << " of file " << i << '\n';
    }
  }
}

std::string sha256(const std::string& data) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not to be had");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

std::string hash_file(const pathlib::path& path) {
  std::ifstream file;
  file.exceptions(std::ios::failbit);
  file.open(path, std::ios::binary);
  return sha256(std::string(std::istreambuf_iterator<char>(file), {}));
}

int main() {
  std::vector<std::string> lines;
  {
    const tempfile::TemporaryDirectory temporary;
    const auto& folder = temporary.path();
    fill(folder);
    std::vector<pathlib::path> paths;
    for (const auto& path : pathlib::recursive_directory_iterator(folder)) {
      if (path.is_regular_file()) paths.push_back(path);
    }
    print("{} files to hash", paths.size());

    futures::ThreadPoolExecutor executor({.max_workers = 4});
    std::unordered_map<futures::Future<std::string>, pathlib::path> hashes;
    for (const auto& path : paths) {
      hashes.emplace(executor.submit(hash_file, path), path);
    }
    for (const auto& future : futures::as_completed(hashes | std::views::keys)) {
      const auto path = hashes.at(future).lexically_relative(folder);
      lines.push_back(future.result() + "  " + path.string());
      if (lines.size() % 10 == 0) {
        print("{} of {} files", lines.size(), paths.size());
      }
    }
  }

  // Sorted, because the files are done in any order.
  std::ranges::sort(lines);
  print("The first: {}", lines.front());
  print("The last: {}", lines.back());
  std::string all;
  for (const auto& line : lines) {
    all += line + "\n";
  }
  print("All of them: {}", sha256(all));
}
