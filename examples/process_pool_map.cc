// The five thumbnails of process_thumbnails by map() of a pool of processes: it calls the function for each file name,
// in as many processes as there are processors. The end of the executor's block waits for all of them.
// demo: pictures
// demo: unordered .* was processed.*
// demo: seconds within 15
#include <skein/multiprocessing/freeze_support.h>
#include <skein/process_pool.h>
#include <skein/time.h>

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

const std::vector<std::string> filenames = {
    "images/1.jpg", "images/2.jpg", "images/3.jpg", "images/4.jpg", "images/5.jpg",
};

void create_thumbnail_in(const std::string& filename, std::pair<int, int> size, const std::string& thumb_dir) {
  // open the image
  Image img = Image::open(filename);

  // apply the Gaussian blur filter
  img = img.filter(GaussianBlur());

  // create a thumbnail
  img.thumbnail(size);

  // save the image
  img.save(thumb_dir + "/" + std::filesystem::path(filename).filename().string());

  // display a message
  print("{} was processed: {} x {}", filename, img.size().first, img.size().second);
}

// A function's address knows no default arguments.
void create_thumbnail(const std::string& filename) { create_thumbnail_in(filename, {50, 50}, "thumbs"); }

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  const double start = skein::time::perf_counter();

  {
    futures::ProcessPoolExecutor executor;
    executor.map(create_thumbnail, filenames);
  }

  const double finish = skein::time::perf_counter();
  print("It took {:.2f} second(s) to finish", finish - start);
}
