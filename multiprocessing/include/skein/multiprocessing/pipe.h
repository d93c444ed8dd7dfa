// skein/multiprocessing/pipe.h - two connected ends. Python: multiprocessing.Pipe.
#ifndef SKEIN_MULTIPROCESSING_PIPE_H_
#define SKEIN_MULTIPROCESSING_PIPE_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/connection.h>

#include <concepts>
#include <utility>

namespace skein::inline v0::multiprocessing {

namespace connection {

// The keyword arguments of Pipe.
struct PipeOptions {
  bool duplex = true;
};

// What Pipe() is made of.
SKEIN_API std::pair<Connection, Connection> make_pipe(bool duplex);

// Two ends, `auto [a, b] = Pipe();`. What one sends, the other receives; without `duplex` the first one only receives
// and the second one only sends. Killed within: nothing is left. Errors: OSError (EMFILE, ENFILE, ENOMEM); then nothing
// is left open.
inline std::pair<Connection, Connection> Pipe() { return make_pipe(true); }
template <std::same_as<bool> B>
std::pair<Connection, Connection> Pipe(B duplex) {
  return make_pipe(duplex);
}
inline std::pair<Connection, Connection> Pipe(PipeOptions options) { return make_pipe(options.duplex); }

}  // namespace connection

using connection::Pipe;
using connection::PipeOptions;

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_PIPE_H_
