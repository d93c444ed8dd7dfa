// fork_server.h - the two sides of the start method forkserver.
#ifndef SKEIN_MULTIPROCESSING_SRC_FORK_SERVER_H_
#define SKEIN_MULTIPROCESSING_SRC_FORK_SERVER_H_

#include <skein/multiprocessing/internal/code_address.h>

#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// The server's whole life.
[[noreturn]] void run_fork_server(int connection, int lifeline) noexcept;

// What servers that are started from now on call first.
void set_fork_server_preload(std::vector<CodeAddress> functions);

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_FORK_SERVER_H_
