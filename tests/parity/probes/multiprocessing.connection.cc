// Calls every name of Python's multiprocessing.connection with Python's signature.
#include <skein/multiprocessing.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "probe.h"

namespace connection = skein::multiprocessing::connection;

// probe: multiprocessing.connection.Pipe
void pipe() {
  using Ends = std::pair<connection::Connection, connection::Connection>;
  returns<Ends>(connection::Pipe());
  returns<Ends>(connection::Pipe(false));
  returns<Ends>(connection::Pipe({.duplex = false}));
}

// probe: multiprocessing.connection.wait
void wait_for_some(const std::vector<connection::Connection>& ends, const connection::Connection& end, int sentinel) {
  returns<std::vector<connection::Connection>>(connection::wait(ends));
  returns<std::vector<connection::Connection>>(connection::wait(ends, 0.5));
  returns<std::vector<connection::Connection>>(connection::wait(ends, {.timeout = 0.5}));
  returns<std::vector<connection::Waitable>>(connection::wait({end, sentinel}, 0.5));
}

// probe: multiprocessing.connection.Connection.send
void end_send(connection::Connection& end) {
  end.send(1);
  end.send(std::string("object"));
}

// probe: multiprocessing.connection.Connection.recv
void end_recv(connection::Connection& end) { returns<std::string>(end.recv<std::string>()); }

// probe: multiprocessing.connection.Connection.fileno
void end_fileno(connection::Connection& end) { returns<int>(end.fileno()); }

// probe: multiprocessing.connection.Connection.close
void end_close(connection::Connection& end) { end.close(); }

// probe: multiprocessing.connection.Connection.poll
void end_poll(connection::Connection& end) {
  returns<bool>(end.poll());
  returns<bool>(end.poll(0.5));
  returns<bool>(end.poll({.timeout = 0.5}));
}

// probe: multiprocessing.connection.Connection.send_bytes
void end_send_bytes(connection::Connection& end, const std::vector<std::byte>& buf) {
  end.send_bytes("bytes");
  end.send_bytes(buf, 1, 2);
  end.send_bytes(buf, {.offset = 1, .size = 2});
}

// probe: multiprocessing.connection.Connection.recv_bytes
void end_recv_bytes(connection::Connection& end) {
  returns<std::vector<std::byte>>(end.recv_bytes());
  returns<std::vector<std::byte>>(end.recv_bytes(10));
  returns<std::vector<std::byte>>(end.recv_bytes({.maxlength = 10}));
}

// probe: multiprocessing.connection.Connection.recv_bytes_into
void end_recv_bytes_into(connection::Connection& end, std::array<char, 10>& buf) {
  returns<std::size_t>(end.recv_bytes_into(buf));
  returns<std::size_t>(end.recv_bytes_into(buf, 5));
  returns<std::size_t>(end.recv_bytes_into(buf, {.offset = 5}));
}

// probe: multiprocessing.connection.Connection.closed
void end_closed(const connection::Connection& end) { returns<bool>(end.closed()); }

// probe: multiprocessing.connection.Connection.readable
void end_readable(const connection::Connection& end) { returns<bool>(end.readable()); }

// probe: multiprocessing.connection.Connection.writable
void end_writable(const connection::Connection& end) { returns<bool>(end.writable()); }
