// What every kind of queue does, whoever shares it. The shape is that of CPython's
// Lib/test/test_queue.py; a test that stands there under another name says so.
//
// QueueContract (queue_contract.h) is for all queues, TaskQueueContract for those with a maxsize, task_done(), join()
// (task_queue_contract.h) and shutdown() (shutdown_contract.h). Instantiated per flavour (flavours.h) in
// contract_test.cc. Each test of theirs is registered here.
#ifndef SKEIN_TESTS_QUEUE_CONTRACT_H_
#define SKEIN_TESTS_QUEUE_CONTRACT_H_

#include <gtest/gtest.h>

#include "queue/queue_contract.h"
#include "queue/shutdown_contract.h"
#include "queue/task_queue_contract.h"

namespace skein::testing {

REGISTER_TYPED_TEST_SUITE_P(QueueContract, GivesItemsInItsOrder, TakesArgumentsByPositionAndByKeyword,
                            EmptyIsAnErrorOrNoValue, NegativeTimeoutIsAnErrorWhetherThereIsAnItemOrNot,
                            ATimedGetWaitsItsTimeAndNoLess, ABlockedGetGetsWhatIsPut, AStopEndsAGet,
                            AStopLeavesTheOthersTheirItems, TakesAnyMovableItem, LosesItsHoldOnAnItemAtOnce,
                            DestroysWhatIsLeft, ManyPartiesLoseNothing);

REGISTER_TYPED_TEST_SUITE_P(TaskQueueContract, IsMadeWithAMaxsize, IsFullAtItsMaxsize, ABlockedPutGoesOnAfterAGet,
                            NegativeTimeoutOfAPutIsAnErrorIfItCouldBlock, MaxsizeOfZeroOrLessIsNoBound,
                            AFailedPutLeavesTheArgumentUntouched, AStopEndsAPutOrAJoin, TaskDoneWithoutATaskIsAnError,
                            JoinWaitsForEveryTask, JoinEndsAtTheLastTaskDoneAndNotBefore,
                            ShutDownGentlyItGivesWhatIsLeft, ShutDownAtOnceItDropsWhatIsLeft, MayBeShutDownAgain,
                            AShutdownWakesWhoWaitsToGet, AShutdownWakesWhoWaitsToPut,
                            AShutdownEndsAJoinOnlyWithTheLastTask, MayBeShutDownWhileManyPartiesUseIt,
                            IsARangeUntilItIsShutDown, SeveralMayConsumeAtOnce, AConsumerHoldsNothingWhileItWaits);

}  // namespace skein::testing

#endif  // SKEIN_TESTS_QUEUE_CONTRACT_H_
