// C++17: some of Boost.GIL 1.74 is no C++20, which GCC minds.
#include "pil/image.h"

#include <algorithm>
#include <boost/gil.hpp>
#include <boost/gil/extension/io/jpeg.hpp>
#include <boost/gil/extension/numeric/convolve.hpp>
#include <boost/gil/extension/numeric/kernel.hpp>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace PIL {

namespace gil = boost::gil;

struct Image::Pixels {
  gil::rgb8_image_t image;
};

namespace {

using ExactPixel = gil::pixel<float, gil::rgb_layout_t>;
using Exact = gil::image<ExactPixel, false>;

gil::rgb8_pixel_t rounded(const ExactPixel& exact) {
  gil::rgb8_pixel_t result;
  for (std::size_t c = 0; c < 3; ++c)
    result[c] = static_cast<unsigned char>(std::clamp(std::lround(exact[c]), 0L, 255L));
  return result;
}

std::ptrdiff_t better(double exact, double below, double above) {
  return std::max<std::ptrdiff_t>(1, std::lround(below <= above ? std::floor(exact) : std::ceil(exact)));
}

// Of the pixels that pixel (x, y) of a picture of width * height covers in this one; those at its border in part.
gil::rgb8_pixel_t mean_of(const gil::rgb8_image_t& image, std::ptrdiff_t x, std::ptrdiff_t y, std::ptrdiff_t width,
                          std::ptrdiff_t height) {
  const auto covered = [](std::ptrdiff_t i, std::ptrdiff_t from, std::ptrdiff_t to) {
    const double step = static_cast<double>(from) / static_cast<double>(to);
    return std::pair(static_cast<double>(i) * step, static_cast<double>(i + 1) * step);
  };
  const auto [left, right] = covered(x, image.width(), width);
  const auto [top, bottom] = covered(y, image.height(), height);
  const auto share = [](std::ptrdiff_t i, double from, double to) {
    return std::min(to, static_cast<double>(i + 1)) - std::max(from, static_cast<double>(i));
  };
  const auto end = [](double to, std::ptrdiff_t most) { return std::min(std::lround(std::ceil(to)), most); };
  ExactPixel sum(0, 0, 0);
  const auto& view = gil::const_view(image);
  for (auto j = static_cast<std::ptrdiff_t>(top); j < end(bottom, image.height()); ++j) {
    for (auto i = static_cast<std::ptrdiff_t>(left); i < end(right, image.width()); ++i) {
      const double weight = share(i, left, right) * share(j, top, bottom) / ((right - left) * (bottom - top));
      for (std::size_t c = 0; c < 3; ++c) sum[c] += static_cast<float>(weight * view(i, j)[c]);
    }
  }
  return rounded(sum);
}

}  // namespace

Image::Image(std::unique_ptr<Pixels> pixels) : pixels_(std::move(pixels)) {}
Image::~Image() = default;
Image::Image(Image&& other) noexcept = default;
Image& Image::operator=(Image&& other) noexcept = default;

Image Image::open(const std::string& filename) {
  auto pixels = std::make_unique<Pixels>();
  gil::read_and_convert_image(filename, pixels->image, gil::jpeg_tag());
  return Image(std::move(pixels));
}

std::pair<std::ptrdiff_t, std::ptrdiff_t> Image::size() const {
  return {pixels_->image.width(), pixels_->image.height()};
}

Image Image::filter(const GaussianBlur& blur) const {
  const auto reach = static_cast<std::size_t>(std::ceil(3 * blur.radius));
  std::vector<float> weights;
  float sum = 0;
  for (std::size_t i = 0; i <= 2 * reach; ++i) {
    const double away = (static_cast<double>(i) - static_cast<double>(reach)) / blur.radius;
    weights.push_back(static_cast<float>(std::exp(-away * away / 2)));
    sum += weights.back();
  }
  for (float& weight : weights) weight /= sum;
  const gil::kernel_1d<float> kernel(weights.begin(), weights.size(), reach);

  Exact rows(pixels_->image.dimensions());
  Exact both(pixels_->image.dimensions());
  constexpr auto kBorder = gil::boundary_option::extend_constant;
  gil::convolve_rows<ExactPixel>(gil::const_view(pixels_->image), kernel, gil::view(rows), kBorder);
  gil::convolve_cols<ExactPixel>(gil::const_view(rows), kernel, gil::view(both), kBorder);
  auto pixels = std::make_unique<Pixels>();
  pixels->image.recreate(both.dimensions());
  gil::transform_pixels(gil::const_view(both), gil::view(pixels->image), rounded);
  return Image(std::move(pixels));
}

void Image::thumbnail(std::pair<std::ptrdiff_t, std::ptrdiff_t> most) {
  const gil::rgb8_image_t& image = pixels_->image;
  auto [width, height] = most;
  if (width >= image.width() && height >= image.height()) return;
  const double aspect = static_cast<double>(image.width()) / static_cast<double>(image.height());
  const auto w = static_cast<double>(width);
  const auto h = static_cast<double>(height);
  const auto away = [aspect](double x, double y) { return y == 0 ? 0 : std::abs(aspect - x / y); };
  if (w / h >= aspect) {
    width = better(h * aspect, away(std::floor(h * aspect), h), away(std::ceil(h * aspect), h));
  } else {
    height = better(w / aspect, away(w, std::floor(w / aspect)), away(w, std::ceil(w / aspect)));
  }
  gil::rgb8_image_t small(width, height);
  for (std::ptrdiff_t y = 0; y < height; ++y) {
    for (std::ptrdiff_t x = 0; x < width; ++x) gil::view(small)(x, y) = mean_of(image, x, y, width, height);
  }
  pixels_->image.swap(small);
}

void Image::save(const std::string& filename) const {
  constexpr int kQuality = 75;
  gil::write_view(filename, gil::const_view(pixels_->image), gil::image_write_info<gil::jpeg_tag>(kQuality));
}

}  // namespace PIL
