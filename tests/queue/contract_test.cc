#include "queue/contract.h"

namespace skein::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Threads, QueueContract, AllQueues, FlavourNames);
INSTANTIATE_TYPED_TEST_SUITE_P(Threads, TaskQueueContract, BoundedQueues, FlavourNames);

}  // namespace skein::testing
