// pil/image.h - for the examples: what they use of Python's PIL, over Boost.GIL and libjpeg.
#ifndef SKEIN_EXAMPLES_PIL_IMAGE_H_
#define SKEIN_EXAMPLES_PIL_IMAGE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace PIL {

// Python: PIL.ImageFilter.GaussianBlur.
struct GaussianBlur {
  double radius = 2;  // The standard deviation, in pixels.
};

// Python: PIL.Image.Image, of three channels.
class Image {
 public:
  ~Image();
  Image(Image&& other) noexcept;
  Image& operator=(Image&& other) noexcept;

  // Python: PIL.Image.open(). Reads the whole file.
  static Image open(const std::string& filename);
  [[nodiscard]] std::pair<std::ptrdiff_t, std::ptrdiff_t> size() const;
  // A blurred copy. Beyond the border the picture goes on as it is there.
  [[nodiscard]] Image filter(const GaussianBlur& blur) const;
  // Makes it as small as it must be to fit into that size, with its proportions; never larger than it is. Each new
  // pixel is the mean of those that it covers.
  void thumbnail(std::pair<std::ptrdiff_t, std::ptrdiff_t> most);
  // As JPEG.
  void save(const std::string& filename) const;

 private:
  struct Pixels;
  explicit Image(std::unique_ptr<Pixels> pixels);

  std::unique_ptr<Pixels> pixels_;
};

}  // namespace PIL

#endif  // SKEIN_EXAMPLES_PIL_IMAGE_H_
