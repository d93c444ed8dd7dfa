// benchmarks/harness.cc - runs one workload, or lists all, for run.py.
//
//   skein_bench --info                       compiler and flags
//   skein_bench --list                       one JSON object a workload and placement
//   skein_bench --workload NAME --placement PLACE [--quick] [--reps N] [--contender NAME]
//                                            one JSON object a contender, on stdout;
//                                            one contender alone is for profilers
#include "harness.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>

namespace bench {
namespace {

constexpr int kMinimumReps = 5;

// The first two CPUs that the process may use; equal on a machine with one.
struct Cpus {
  cpu_set_t all;
  int chosen[2];
  int count;
};

const Cpus& cpus() {
  static const Cpus found = [] {
    Cpus c{};
    CPU_ZERO(&c.all);
    sched_getaffinity(0, sizeof(c.all), &c.all);
    c.count = CPU_COUNT(&c.all);
    int n = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && n < 2; ++cpu) {
      if (CPU_ISSET(cpu, &c.all)) c.chosen[n++] = cpu;
    }
    if (n == 1) c.chosen[1] = c.chosen[0];
    return c;
  }();
  return found;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  return (values[half - 1] + values[half]) / 2;
}

double percentile(std::vector<std::int64_t>& values, double part) {
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return static_cast<double>(values[at]);
}

struct Row {
  std::string contender;
  std::vector<double> ns;
  std::vector<double> p99;
};

void print_row(const Workload& workload, Placement placement, const std::string& suffix, const std::string& contender,
               const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::printf(
      "{\"family\": %d, \"workload\": \"%s%s\", \"placement\": \"%s\", \"contender\": \"%s\", "
      "\"ns_per_op\": %.6g, \"min\": %.6g, \"max\": %.6g}\n",
      workload.family, workload.name.c_str(), suffix.c_str(), name_of(placement), contender.c_str(), median(values),
      *low, *high);
}

// How many operations a repetition of this contender does. A short run says how
// long one takes, and also lets adaptive contenders settle.
std::int64_t choose_ops(const Workload& workload, const Contender& contender, Placement placement, bool quick) {
  std::int64_t most = workload.max_ops;
  double seconds = workload.max_seconds;
  if (quick) {
    most = workload.quick_ops != 0 ? workload.quick_ops : most / 10;
    seconds /= 5;
  }
  if (workload.fixed_ops) return most;
  const auto whole = [&](double ops) {
    const auto units = static_cast<std::int64_t>(ops / static_cast<double>(workload.unit));
    return std::max<std::int64_t>(units, 1) * workload.unit;
  };
  const std::int64_t few = std::min(most, whole(static_cast<double>(most) / 200));
  const double ns = contender.body({placement, few, quick}).ns_per_op;
  const double affordable = seconds * 1e9 / std::max(ns, 0.01);
  return std::min(most, std::max(few, whole(std::min(affordable, static_cast<double>(most)))));
}

void run(const Workload& workload, Placement placement, bool quick, int reps) {
  std::vector<std::int64_t> ops;
  std::vector<Row> rows;
  for (const Contender& contender : workload.contenders) {
    ops.push_back(choose_ops(workload, contender, placement, quick));
    rows.push_back({contender.name, {}, {}});
  }
  for (int rep = 0; rep < reps; ++rep) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Outcome outcome = workload.contenders[i].body({placement, ops[i], quick});
      rows[i].ns.push_back(outcome.ns_per_op);
      if (!outcome.latencies.empty()) {
        rows[i].p99.push_back(percentile(outcome.latencies, 0.99));
      }
    }
  }
  // Of several variants under one name the best stays.
  std::map<std::string, std::size_t> best;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [at, first] = best.try_emplace(rows[i].contender, i);
    if (!first && median(rows[i].ns) < median(rows[at->second].ns)) at->second = i;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (best.at(rows[i].contender) != i) continue;
    print_row(workload, placement, "", rows[i].contender, rows[i].ns);
    if (!rows[i].p99.empty()) {
      print_row(workload, placement, ", p99", rows[i].contender, rows[i].p99);
    }
  }
}

// glibc leaves the atomic instructions out of its locks while a process has one
// thread; everything here is about processes that have more.
void keep_a_second_thread_alive() {
  std::thread([] {
    for (;;) ::pause();
  }).detach();
}

int fail(const char* message, const char* what) {
  std::fprintf(stderr, "skein_bench: %s%s\n", message, what);
  return 2;
}

}  // namespace

const char* name_of(Placement placement) {
  switch (placement) {
    case Placement::kOneCore:
      return "one core";
    case Placement::kTwoCores:
      return "two cores";
    case Placement::kFree:
      return "free";
  }
  return "";
}

int cpu_of(Placement placement, int index) {
  if (placement == Placement::kFree) return -1;
  return cpus().chosen[placement == Placement::kOneCore ? 0 : index % 2];
}

void pin(Placement placement, int index) {
  cpu_set_t set = cpus().all;
  if (const int cpu = cpu_of(placement, index); cpu >= 0) {
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
  }
  pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

std::int64_t thread_cpu_ns() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

int run_suite(int argc, char** argv, const Suite& suite) {
  std::string workload;
  std::string placement;
  std::string contender;
  bool list = false;
  bool quick = false;
  int reps = kMinimumReps;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const bool has_value = i + 1 < argc;
    if (arg == "--info") {
      std::printf("%s, %s\n", SKEIN_BENCH_COMPILER, SKEIN_BENCH_FLAGS);
      return 0;
    }
    if (arg == "--list") {
      list = true;
    } else if (arg == "--quick") {
      quick = true;
    } else if (arg == "--workload" && has_value) {
      workload = argv[++i];
    } else if (arg == "--placement" && has_value) {
      placement = argv[++i];
    } else if (arg == "--contender" && has_value) {
      contender = argv[++i];
    } else if (arg == "--reps" && has_value) {
      reps = std::max(1, std::atoi(argv[++i]));
    } else {
      return fail("cannot read the argument ", argv[i]);
    }
  }
  static_cast<void>(cpus());  // before anything pins a thread
  keep_a_second_thread_alive();
  for (Workload each : suite) {
    if (!contender.empty()) {
      std::erase_if(each.contenders, [&](const Contender& c) { return c.name != contender; });
    }
    for (const Placement where : each.placements) {
      if (where == Placement::kTwoCores && cpus().count < 2) continue;
      if (list) {
        std::printf("{\"family\": %d, \"workload\": \"%s\", \"placement\": \"%s\"}\n", each.family, each.name.c_str(),
                    name_of(where));
      } else if (each.name == workload && name_of(where) == placement) {
        run(each, where, quick, reps);
        std::fflush(stdout);
        std::_Exit(0);  // the second thread never ends
      }
    }
  }
  std::fflush(stdout);
  if (list) std::_Exit(0);
  return fail("there is no such workload and placement: ", workload.c_str());
}

}  // namespace bench
