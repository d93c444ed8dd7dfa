// The five thumbnails once more, by submit() of a pool of processes: each call gives a Future at once, and its result()
// is what the function returned in another process, or throws what it threw there: the last file is none.
// demo: pictures
// demo: seconds within 15
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <skein/time.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "pil/image.h"
#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using PIL::GaussianBlur;
using PIL::Image;
using Size = std::pair<std::ptrdiff_t, std::ptrdiff_t>;

const std::vector<std::string> filenames = {
    "images/1.jpg", "images/2.jpg", "images/3.jpg", "images/4.jpg", "images/5.jpg", "images/6.jpg",
};

Size create_thumbnail_in(const std::string& filename, Size size, const std::string& thumb_dir) {
  if (!std::filesystem::exists(filename)) {
    throw skein::ValueError("there is no " + filename);
  }

  // open the image
  Image img = Image::open(filename);

  // apply the Gaussian blur filter
  img = img.filter(GaussianBlur());

  // create a thumbnail
  img.thumbnail(size);

  // save the image
  img.save(thumb_dir + "/" + std::filesystem::path(filename).filename().string());

  return img.size();
}

// A function's address knows no default arguments.
Size create_thumbnail(const std::string& filename) { return create_thumbnail_in(filename, {50, 50}, "thumbs"); }

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const double start = skein::time::perf_counter();

  {
    futures::ProcessPoolExecutor executor({.max_workers = 3});
    // start the calls
    std::vector<futures::Future<Size>> calls;
    for (const auto& filename : filenames) calls.push_back(executor.submit(create_thumbnail, filename));

    // wait for their results, one after the other
    for (std::size_t i = 0; i < filenames.size(); ++i) {
      try {
        const auto [width, height] = calls[i].result();
        print("{} was processed: {} x {}", filenames[i], width, height);
      } catch (const skein::ValueError& error) {
        print("{} was not: {}", filenames[i], error.what());
      }
    }
  }

  const double finish = skein::time::perf_counter();
  print("It took {:.2f} second(s) to finish", finish - start);
}
