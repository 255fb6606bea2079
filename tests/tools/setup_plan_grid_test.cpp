#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/admin/setup_plan.hpp"
#include "tests/tools/plan_facts.hpp"

namespace ledger_bridge::admin {
namespace {

// The rules stated once more, independently, and compared over a grid.

struct GridCase {
    PlanFacts facts;
    SetupWish wish;
};

bool under_main(ChainId device_chain, ChainId chain) {
    return device_chain == kAny || device_chain == chain;
}

// The plan may be executed: nothing that was signed can be signed again by what the device allows.
void expect_safe(const GridCase& grid, const SetupPlan& plan) {
    for (const auto& was_signed : grid.facts.signed_levels) {
        const bool main = under_main(plan.new_marks.chain, was_signed.chain);
        const auto mark = main ? plan.new_marks.main : plan.new_marks.test;
        if (!main || !grid.wish.marks.force_lower) {
            EXPECT_GT(mark.level, was_signed.level);
        }
    }
    EXPECT_LT(plan.new_marks.main.level, Level::kEnd);
    EXPECT_EQ(plan.new_marks.main.round.value, 0U);
}

std::optional<Level> highest_signed(const GridCase& grid, ChainId chain) {
    std::optional<Level> highest;
    for (const auto& was_signed : grid.facts.signed_levels) {
        if (under_main(chain, was_signed.chain)) {
            highest = std::max(highest, std::optional(was_signed.level));
        }
    }
    return highest;
}

void expect_level(const GridCase& grid, const SetupPlan& plan) {
    const auto& marks = grid.wish.marks;
    const auto highest = highest_signed(grid, plan.new_marks.chain);
    if (marks.level) {
        EXPECT_EQ(plan.new_marks.main.level, *marks.level);
    } else if (marks.head) {
        // A mark that the head's next two blocks reach is believed, and any where every chain
        // shares it.
        const auto above = std::max(highest.value_or(Level{0}), marks.head->level).value;
        EXPECT_GT(plan.new_marks.main.level.value, above);
        const auto device =
            std::max(grid.facts.marks.main.level, grid.facts.marks.test.level).value;
        const auto believed =
            plan.new_marks.chain == kAny ? device : std::min(device, marks.head->level.value + 2);
        EXPECT_LE(plan.new_marks.main.level.value, std::max(above, believed) + 1);
    } else if (highest && grid.facts.marks.chain != plan.new_marks.chain &&
               grid.facts.marks.chain != kAny && plan.new_marks.chain != kAny) {
        EXPECT_EQ(plan.new_marks.main.level, Level{highest->value + 1});
    }
}

// A refusal must have a reason that can be seen in the case itself.
void expect_reason(const GridCase& grid, error_code code) {
    const auto& marks = grid.wish.marks;
    const auto chain = *grid.wish.chain;
    const auto highest = highest_signed(grid, chain);
    if (code == make_error_code(Errc::level_not_above_signed)) {
        EXPECT_TRUE(marks.level && highest && *marks.level <= *highest && !marks.force_lower);
    } else if (code == make_error_code(Errc::level_not_above_used)) {
        const auto& device = grid.facts.marks;
        EXPECT_TRUE(marks.level && !marks.force_lower &&
                    *marks.level <= std::max(device.main.level, device.test.level));
    } else if (code == make_error_code(Errc::level_needed)) {
        EXPECT_TRUE(!marks.level && !marks.head && !highest && !apdu::is_test_network(chain));
    } else if (code == make_error_code(Errc::force_lower_refused)) {
        EXPECT_TRUE(marks.force_lower && (!marks.level || !apdu::is_test_network(chain)));
    } else {
        EXPECT_TRUE(code == make_error_code(Errc::chain_not_the_nodes) && marks.head &&
                    marks.head->chain != chain);
    }
}

void check(const GridCase& grid) {
    const auto plan = plan_setup(grid.wish, grid.facts);
    if (!plan) {
        expect_reason(grid, plan.error().code);
        return;
    }
    EXPECT_FALSE(grid.wish.marks.force_lower && !apdu::is_test_network(*grid.wish.chain));
    if (plan->instruction == Instruction::nothing) {
        EXPECT_EQ(plan->new_marks, grid.facts.marks);
        EXPECT_EQ(grid.facts.authorized, key());
        EXPECT_EQ(grid.facts.marks.chain, *grid.wish.chain);
        return;
    }
    EXPECT_EQ(plan->instruction, Instruction::setup);
    expect_safe(grid, *plan);
    expect_level(grid, *plan);
}

std::vector<PlanFacts> grid_of_facts() {
    std::vector<PlanFacts> all;
    for (const auto chain : {kAny, kMainnet, kGhostnet, kOther}) {
        for (const auto main_level : {0U, 5U, 9U}) {
            for (const auto test_level : {0U, 7U}) {
                for (const auto on_main : {0U, 4U, 9U}) {
                    for (const auto on_ghost : {0U, 6U, 9U}) {
                        auto facts = device(chain, main_level, test_level);
                        facts.signed_levels = {{kMainnet, Level{on_main}},
                                               {kGhostnet, Level{on_ghost}}};
                        std::erase_if(facts.signed_levels,
                                      [](const auto& s) { return s.level == Level{0}; });
                        all.push_back(facts);
                    }
                }
            }
        }
    }
    return all;
}

std::vector<MarkWish> grid_of_marks() {
    std::vector<MarkWish> all;
    for (const auto level : {0U, 3U, 5U, 9U, 10U}) {
        for (const bool force : {false, true}) {
            auto marks = level == 0 ? MarkWish{} : level_wish(level);
            marks.force_lower = force;
            all.push_back(marks);
            marks.head = head(6);
            all.push_back(marks);
        }
    }
    return all;
}

TEST(SetupPlan, IsSafeAndHasAReasonForEveryRefusalOverAGrid) {
    std::size_t count = 0;
    for (const auto& facts : grid_of_facts()) {
        for (const auto& marks : grid_of_marks()) {
            for (const auto chain : {kAny, kMainnet, kGhostnet, kOther}) {
                const GridCase grid{facts, {key(), chain, marks}};
                check(grid);
                ++count;
            }
        }
    }
    EXPECT_EQ(count, 4U * 3 * 2 * 3 * 3 * 20 * 4);
}

TEST(ResetPlan, IsSafeOverAGrid) {
    for (const auto& facts : grid_of_facts()) {
        for (const auto& marks : grid_of_marks()) {
            const GridCase grid{facts, {key(), facts.marks.chain, marks}};
            const auto plan = plan_reset(marks, facts);
            if (!plan) {
                expect_reason(grid, plan.error().code);
            } else if (plan->instruction != Instruction::nothing) {
                expect_safe(grid, *plan);
                expect_level(grid, *plan);
            }
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::admin
