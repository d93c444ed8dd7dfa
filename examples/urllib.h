// urllib.h - for the examples: as much of Python's urllib.request as they use, over libcurl.
#ifndef SKEIN_EXAMPLES_URLLIB_H_
#define SKEIN_EXAMPLES_URLLIB_H_

#include <curl/curl.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace os {

// Python: os.environ[name].
inline std::string environ(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::out_of_range(std::string(name) + " is not set; see examples/README.md");
  return value;
}

}  // namespace os

namespace urllib {
namespace error {

// Python: urllib.error.URLError. No answer came.
class URLError : public std::runtime_error {
 public:
  explicit URLError(const std::string& why) : std::runtime_error(why), reason(why) {}
  std::string reason;
};

// Python: urllib.error.HTTPError. The answer is an error.
class HTTPError : public URLError {
 public:
  explicit HTTPError(int status) : URLError("HTTP Error " + std::to_string(status)), code(status) {}
  int code;
};

}  // namespace error

namespace request {

class Response {
 public:
  Response(int code, std::string body) : status(code), body_(std::move(body)) {}
  [[nodiscard]] const std::string& read() const { return body_; }
  int status;

 private:
  std::string body_;
};

// Python: urllib.request.urlopen(url), except that the whole body has been read when it returns.
// From any thread.
inline Response urlopen(const std::string& url) {
  // Once, before the first use; as a static it is safe against other threads.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_ALL);
  if (ready != CURLE_OK) throw error::URLError(curl_easy_strerror(ready));

  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  if (handle == nullptr) throw error::URLError("curl_easy_init failed");
  const auto append = +[](char* data, std::size_t size, std::size_t count, void* body) -> std::size_t {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  };
  std::string body;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);  // Signals and threads do not go together.
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &body);

  const CURLcode result = curl_easy_perform(handle.get());
  if (result != CURLE_OK) {
    long number = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &number);
    if (number == 0) throw error::URLError(curl_easy_strerror(result));
    // Python's str() of an OSError.
    throw error::URLError("[Errno " + std::to_string(number) + "] " +
                          std::generic_category().message(static_cast<int>(number)));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 400) throw error::HTTPError(static_cast<int>(status));
  return {static_cast<int>(status), std::move(body)};
}

}  // namespace request
}  // namespace urllib

#endif  // SKEIN_EXAMPLES_URLLIB_H_
