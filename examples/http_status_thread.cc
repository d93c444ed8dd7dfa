// How a thread returns values: a subclass of Thread keeps them in its object, and whoever has
// joined it reads them.
#include <skein/threading.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "print.h"
#include "urllib.h"

namespace threading = skein::threading;

class HttpStatusThread : public threading::Thread {
 public:
  explicit HttpStatusThread(std::string url) : url_(std::move(url)) {}

  void run() override {
    try {
      const auto response = urllib::request::urlopen(url_);
      status_ = response.status;
    } catch (const urllib::error::HTTPError& error) {
      status_ = error.code;
    } catch (const urllib::error::URLError& error) {
      reason_ = error.reason;
    }
  }

  const std::string& url() const { return url_; }
  std::optional<int> status() const { return status_; }
  std::optional<std::string> reason() const { return reason_; }

 private:
  std::string url_;
  std::optional<int> status_;
  std::optional<std::string> reason_;
};

int main() {
  const std::string server = os::environ("SKEIN_DEMO_URL");
  const std::vector<std::string> urls = {
      server + "/status/200",
      server + "/status/404",
      server + "/status/503",
      "http://127.0.0.1:1/",
  };

  std::vector<std::shared_ptr<HttpStatusThread>> threads;
  threads.reserve(urls.size());
  for (const auto& url : urls) threads.push_back(threading::make<HttpStatusThread>(url));

  for (const auto& thread : threads) {
    thread->start();
  }
  for (const auto& thread : threads) {
    thread->join();
  }

  for (const auto& thread : threads) {
    print("{}: status {}, reason {}", thread->url(), thread->status(), thread->reason());
  }
}
