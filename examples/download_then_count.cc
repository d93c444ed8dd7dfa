// One thread downloads a text; when it has raised the Event, another counts the words of the file.
//
// Which thread prints its first line first is open.
// demo: unordered ^(Downloading|Waiting)
#include <skein/threading.h>

#include <fstream>
#include <functional>
#include <ios>
#include <sstream>
#include <string>

#include "print.h"
#include "urllib.h"

namespace threading = skein::threading;

void download(const std::string& url, const std::string& path, threading::Event& event) {
  print("Downloading {}", url);
  const auto response = urllib::request::urlopen(url);
  const std::string& data = response.read();
  {
    std::ofstream file(path, std::ios::binary);
    file << data;
  }
  print("Saved {} bytes", data.size());
  event.set();
}

void count_words(const std::string& path, threading::Event& event) {
  print("Waiting for the download");
  event.wait();
  int words = 0;
  int lines = 0;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream split(line);
    for (std::string word; split >> word;) ++words;
    ++lines;
  }
  print("The text has {} words in {} lines", words, lines);
}

int main() {
  const std::string url = os::environ("SKEIN_DEMO_URL") + "/text/1";
  const std::string path = "text-1.txt";
  threading::Event event;

  threading::Thread downloader(download, url, path, std::ref(event));
  threading::Thread counter(count_words, path, std::ref(event));
  counter.start();
  downloader.start();

  downloader.join();
  counter.join();
  print("The main thread is done");
}
