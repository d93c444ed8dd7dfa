#include <skein/core/version.h>
#include <skein/pickle.h>

#include <iostream>
#include <string>
#include <vector>

namespace pickle = skein::pickle;

int main() {
  const std::vector<std::string> sent{"sent", "as bytes"};
  const bool good = pickle::loads<std::vector<std::string>>(pickle::dumps(sent)) == sent;
  std::cout << "skein " << skein::version() << (good ? " works\n" : " fails\n");
  return good ? 0 : 1;
}
