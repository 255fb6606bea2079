// A process that commits is killed at any moment: what it had acknowledged is there.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>

#include <gtest/gtest.h>

#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/random_seed.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_time;

constexpr int kKills = 40;

// Runs in the child: commits level after level and tells each one that was acknowledged.
[[noreturn]] void commit_for_ever(const std::filesystem::path& directory,
                                  std::uint32_t level,
                                  int pipe) {
    const auto store = open_sqlite_store(directory);
    if (!store) {
        ::_exit(1);
    }
    for (;; ++level) {
        const auto done = (*store)->commit(
            sample_key(), sample_position(level), sample_digest(level), sample_time(level));
        if (!done || ::write(pipe, &level, sizeof level) != sizeof level) {
            ::_exit(2);
        }
    }
}

// Kills the child after it has acknowledged `acknowledgements` commits and a moment more; gives
// the last level that it acknowledged.
std::uint32_t kill_after(int pipe,
                         pid_t child,
                         std::uint64_t acknowledgements,
                         std::chrono::microseconds moment) {
    std::uint32_t last = 0;
    for (std::uint64_t i = 0; i < acknowledgements; ++i) {
        EXPECT_EQ(::read(pipe, &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    // Not a sleep, which would end when the scheduler likes: any instant must be possible.
    const auto end = std::chrono::steady_clock::now() + moment;
    while (std::chrono::steady_clock::now() < end) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    while (::read(pipe, &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    return last;
}

TEST(SqliteKill, LosesNothingAcknowledged) {
    const auto seed = test::random_seed();
    SCOPED_TRACE(seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const test::TemporaryDirectory directory;
    std::uint32_t level = 1;
    for (int round = 0; round < kKills; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            commit_for_ever(directory.path(), level, ends[1]);
        }
        ::close(ends[1]);
        const auto moment = std::chrono::microseconds(random() % 5000);
        const auto last = kill_after(ends[0], child, 1 + random() % 20, moment);
        ::close(ends[0]);

        const auto store = open_sqlite_store(directory.path());
        ASSERT_TRUE(store) << store.error().text();
        const auto found = (*store)->find(sample_key());
        ASSERT_TRUE(found && *found);
        const auto there = (*found)->position.level.value;
        // One more may have been committed whose acknowledgement did not get out.
        EXPECT_GE(there, last);
        EXPECT_LE(there, last + 1);
        EXPECT_EQ((*found)->digest, sample_digest(there));
        level = there + 1;
    }
}

}  // namespace
}  // namespace ledger_bridge::floor
