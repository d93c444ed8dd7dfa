// The program of the README's CMakeLists.txt.
#include <skein/queue.h>

int main() {
  skein::queue::Queue<int> q;
  q.put(42);
  return q.get() == 42 ? 0 : 1;
}
