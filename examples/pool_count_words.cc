// The words of many files, counted by a pool of processes. imap_unordered() gives the counts of whichever file is read
// first, with a line about the progress now and then. Each worker is told once, when it starts, which words not to
// count.
//
// One of the files is no text: what its count throws is thrown where its counts would have come, and the others go on.
#include <skein/multiprocessing.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"
#include "tempfile.h"

namespace multiprocessing = skein::multiprocessing;
namespace pathlib = std::filesystem;
using Counter = std::map<std::string, int>;

const std::vector<std::string> SYLLABLES = {"ka", "lo", "mi", "ner", "os", "pu", "ri", "sta", "ten", "vu", "wen", "zy"};

// In each worker.
std::set<std::string> stop_words;

void start_worker(const std::vector<std::string>& words) { stop_words.insert(words.begin(), words.end()); }

// Sixty files, the last one no text, each of the others with some thousand words: something to work on.
void fill(const pathlib::path& folder) {
  std::uint64_t state = 1;
  for (int i = 0; i < 60; ++i) {
    std::ofstream file(folder / ("file" + std::to_string(i) + ".txt"), std::ios::binary);
    for (int line = 0; line < 300; ++line) {
      for (int word = 0; word < 12; ++word) {
        state = (state * 1103515245 + 12345) % 2147483648;
        file << SYLLABLES[state / 65536 % 12] + SYLLABLES[state / 1048576 % 12] + " ";
      }
      file << "the and of\n";
    }
    if (i == 59) file << '\0';
  }
}

Counter count_words(const pathlib::path& path) {
  std::ifstream file;
  file.exceptions(std::ios::failbit);
  file.open(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.find('\0') != std::string::npos) {
    throw skein::ValueError(path.filename().string() + " is no text");
  }
  Counter counts;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!stop_words.contains(word)) ++counts[word];
  }
  return counts;
}

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  Counter total;
  std::vector<std::string> failures;
  {
    const tempfile::TemporaryDirectory temporary;
    const auto& folder = temporary.path();
    fill(folder);
    std::vector<pathlib::path> paths;
    for (const auto& path : pathlib::directory_iterator(folder)) paths.push_back(path);
    print("{} files to read", paths.size());

    int seen = 0;
    const std::vector<std::string> left_out = {"the", "and", "of"};
    multiprocessing::Pool pool(4, start_worker, std::tuple(left_out));
    auto results = pool.imap_unordered(count_words, paths);
    while (true) {
      try {
        const auto counts = results.next();
        if (!counts) break;
        for (const auto& [word, count] : *counts) total[word] += count;
      } catch (const skein::ValueError& error) {
        failures.emplace_back(error.what());
      }
      ++seen;
      if (seen % 10 == 0) {
        print("{} of {} files", seen, paths.size());
      }
    }
  }

  for (const auto& failure : failures) {
    print("Left out: {}", failure);
  }
  int sum = 0;
  for (const auto& [word, count] : total) sum += count;
  print("{} words, {} different ones; the most frequent:", sum, total.size());
  std::vector<std::pair<std::string, int>> items(total.begin(), total.end());
  std::ranges::sort(items, {}, [](const auto& item) { return std::pair(-item.second, item.first); });
  items.resize(5);
  for (const auto& [word, count] : items) {
    print("{}: {}", word, count);
  }
}
