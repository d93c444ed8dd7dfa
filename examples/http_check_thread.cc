// A subclass of Thread puts its work into run(); here it asks a web server and says what came
// back.
//
// Which thread prints first is open.
// demo: unordered (http://\S+)
#include <skein/threading.h>

#include <string>
#include <utility>

#include "print.h"
#include "urllib.h"

namespace threading = skein::threading;

class HttpCheckThread : public threading::Thread {
 public:
  explicit HttpCheckThread(std::string url) : url_(std::move(url)) {}

  void run() override {
    print("Checking {} now", url_);
    try {
      const auto response = urllib::request::urlopen(url_);
      print("{} answered {}", url_, response.status);
    } catch (const urllib::error::HTTPError& error) {
      print("{} answered {}, an error", url_, error.code);
    } catch (const urllib::error::URLError& error) {
      print("{} did not answer: {}", url_, error.reason);
    }
  }

 private:
  std::string url_;
};

int main() {
  const std::string server = os::environ("SKEIN_DEMO_URL");

  auto good = threading::make<HttpCheckThread>(server + "/status/200");
  auto missing = threading::make<HttpCheckThread>(server + "/status/404");
  auto nobody = threading::make<HttpCheckThread>("http://127.0.0.1:1/");

  good->start();
  missing->start();
  nobody->start();

  good->join();
  missing->join();
  nobody->join();
  print("All checked");
}
