// Six downloads at once, of which a Semaphore lets three through at a time.
//
// Which thread prints first is open.
// demo: unordered (text \d)
#include <skein/threading.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "urllib.h"

namespace threading = skein::threading;

constexpr int kMaxDownloads = 3;

threading::Semaphore semaphore(kMaxDownloads);

// How many downloads run now, and how many ran at most; guarded by the lock.
threading::Lock lock;
int running = 0;
int most_running = 0;

void download(const std::string& server, int number) {
  const std::scoped_lock permit(semaphore);
  {
    const std::scoped_lock guard(lock);
    running += 1;
    most_running = std::max(most_running, running);
  }

  print("Downloading text {}", number);
  const auto response = urllib::request::urlopen(server + "/text/" + std::to_string(number));
  const std::string& data = response.read();
  print("Finished text {}: {} bytes", number, data.size());

  {
    const std::scoped_lock guard(lock);
    running -= 1;
  }
}

int main() {
  const std::string server = os::environ("SKEIN_DEMO_URL");

  std::vector<threading::Thread> threads;
  for (int number = 1; number < 7; ++number) {
    threading::Thread thread(download, server, number);
    thread.start();
    threads.push_back(std::move(thread));
  }

  for (auto& thread : threads) {
    thread.join();
  }
  print("At most {} downloads ran at the same time", most_running);
}
