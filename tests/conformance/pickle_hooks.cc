// pickle_hooks.cc - pickle_hooks.py, line by line.
#include <skein/pickle.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace pickle = skein::pickle;
using conformance::print;

namespace {

class Logged {
 public:
  Logged() = default;
  explicit Logged(std::string given, std::shared_ptr<Logged> held = nullptr)
      : name(std::move(given)), inside(std::move(held)) {}
  template <class Archive>
  void save(Archive& archive) const {
    print{"save", name};
    archive(name, inside);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(name, inside);
    print{"load", name};
  }
  std::string name;
  std::shared_ptr<Logged> inside;
};

template <class T>
T journey(const char* title, const T& value) {
  print{title};
  const auto data = pickle::dumps(value);
  print{"between"};
  return pickle::loads<T>(data);
}

}  // namespace

int main() {
  journey("one", Logged("a"));
  journey("a list", std::vector{Logged("a"), Logged("b")});
  journey("a dict", std::map<int, Logged>{{1, Logged("a")}, {2, Logged("b")}});
  journey("a tuple", std::tuple(Logged("a"), 5, Logged("b")));
  journey("one inside of another", Logged("outer", std::make_shared<Logged>("inner")));
  const auto shared = std::make_shared<Logged>("shared");
  journey("the same twice", std::vector{shared, shared});
  const auto back = journey("inside of two", std::vector{Logged("a", shared), Logged("b", shared)});
  print{back[0].inside == back[1].inside};

  // Pickled twice, it is saved twice.
  print{"twice"};
  print{pickle::dumps(Logged("a")) == pickle::dumps(Logged("a"))};
}
