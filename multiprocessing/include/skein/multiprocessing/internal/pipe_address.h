// skein/multiprocessing/internal/pipe_address.h - what another process needs to know of one end of a Pipe.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_PIPE_ADDRESS_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_PIPE_ADDRESS_H_

#include <skein/multiprocessing/internal/shared_block.h>

#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

// Travels as it is.
struct PipeAddress {
  BlockAddress block;
  std::uint32_t second = 0;  // Which end.
  std::uint32_t readable = 0;
  std::uint32_t writable = 0;
  std::uint32_t socket = 0;    // The descriptors' places in the parcel.
  std::uint32_t bell_in = 0;   // If it can receive.
  std::uint32_t bell_out = 0;  // If it can send.
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_PIPE_ADDRESS_H_
