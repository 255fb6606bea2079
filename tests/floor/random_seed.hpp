// The seed of a random test: another one in each run, printed, and repeatable.
#pragma once

#include <iostream>
#include <random>

#include <gtest/gtest.h>

namespace ledger_bridge::floor::test {

// The one given with --gtest_random_seed=N, else a random one; GoogleTest allows 1 to 99999.
inline int random_seed() {
    const int given = GTEST_FLAG_GET(random_seed);
    const int seed = given != 0 ? given : 1 + static_cast<int>(std::random_device()() % 99999U);
    std::cout << "to repeat: --gtest_random_seed=" << seed << "\n";
    return seed;
}

}  // namespace ledger_bridge::floor::test
