#include "daemon/admin/setup_plan.hpp"

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/level_choice.hpp"
#include "daemon/admin/used_levels.hpp"

namespace ledger_bridge::admin {

namespace {

using apdu::ChainId;
using apdu::Level;

ChainId wished_chain(const SetupWish& wish, const PlanFacts& facts) {
    if (wish.chain) {
        return *wish.chain;
    }
    if (wish.marks.head) {
        return wish.marks.head->chain;
    }
    return facts.marks.chain.unspecified() ? apdu::kMainnet : facts.marks.chain;
}

Result<void> check_node(const std::optional<NodeHead>& head, ChainId chain) {
    if (head && !chain.unspecified() && head->chain != chain) {
        return fail(Errc::chain_not_the_nodes,
                    fmt::format("the device would be for {}, the node is on {}",
                                apdu::chain_display_name(chain),
                                apdu::chain_display_name(head->chain)));
    }
    return {};
}

// The device has what is asked for: what was not asked for is left as it is.
bool fulfilled(const MarkWish& wish, const PlanFacts& facts) {
    const auto& marks = facts.marks;
    return (!wish.level || (*wish.level == marks.main.level && !adopted_above(marks, facts))) &&
           (!wish.test_level || *wish.test_level == marks.test.level);
}

bool usable(const apdu::DeviceMarks& marks) {
    return marks.main.level < Level::kEnd;
}

// A given level is refused before anything else is looked at, also when the device has it.
Result<void> check_given_levels(const MarkWish& wish, ChainId chain, const PlanFacts& facts) {
    if (wish.level || wish.force_lower) {
        const auto main_level = choose_main_level(wish, chain, facts);
        if (!main_level) {
            return main_level.error();
        }
    }
    if (wish.test_level) {
        const auto test_level = choose_test_level(wish, chain, facts);
        return test_level ? Result<void>{} : test_level.error();
    }
    return {};
}

SetupPlan empty_plan(const apdu::AuthorizedKey& key, const PlanFacts& facts) {
    return {.old_key = facts.authorized,
            .key = key,
            .public_key = facts.public_key,
            .old_marks = facts.marks,
            .new_marks = facts.marks,
            .screens = {},
            .notes = {},
            .adopted = facts.adopted};
}

void note_other_key(SetupPlan& plan) {
    if (plan.old_key && *plan.old_key != plan.key) {
        plan.notes.push_back(fmt::format("this replaces the authorised key {} {}",
                                         apdu::curve_name(plan.old_key->curve),
                                         plan.old_key->path.text()));
    }
}

void note_lower(SetupPlan& plan) {
    const auto& old_marks = plan.old_marks;
    if (old_marks.chain == plan.new_marks.chain &&
        plan.new_marks.main.level < old_marks.main.level) {
        plan.notes.emplace_back("this lowers the device's main mark");
    }
    if (plan.new_marks.test.level < old_marks.test.level) {
        plan.notes.emplace_back("this lowers the device's test mark");
    }
}

void append(std::vector<std::string>& notes, const std::vector<std::string>& more) {
    notes.insert(notes.end(), more.begin(), more.end());
}

// Fills in what the instruction will do, once both levels are chosen.
void complete(SetupPlan& plan, Instruction instruction, ChainId chain, Level main, Level test) {
    plan.instruction = instruction;
    plan.new_marks = {.main = {main, {}}, .test = {test, {}}, .chain = chain};
    plan.screens = instruction == Instruction::reset
                       ? reset_screens(main)
                       : setup_screens(plan.public_key.hash(), chain, main, test);
    note_other_key(plan);
    note_lower(plan);
}

Result<SetupPlan> without_used_levels(SetupPlan plan,
                                      const MarkWish& wish,
                                      const PlanFacts& facts) {
    const auto dangers = check_used(plan.new_marks, wish, plan.key, facts);
    if (!dangers) {
        return dangers.error();
    }
    append(plan.notes, *dangers);
    return plan;
}

// RESET writes both marks. It is used where they were equal, unless that would lower the test mark
// without need: only one that no chain has reached was put there by mistake.
bool reset_fits(const PlanFacts& facts, Level main, Level test) {
    const auto& old_marks = facts.marks;
    const auto highest = highest_under_test(facts.signed_levels, old_marks.chain);
    if (old_marks.main.level != old_marks.test.level || test != old_marks.test.level ||
        (highest && main <= highest->level)) {
        return false;
    }
    return main >= test || (test >= kUnbelievable && !apdu::is_test_network(old_marks.chain));
}

}  // namespace

std::string_view instruction_name(Instruction instruction) {
    switch (instruction) {
        case Instruction::setup:
            return "SETUP";
        case Instruction::reset:
            return "RESET";
        case Instruction::nothing:
            break;
    }
    return "";
}

Result<SetupPlan> plan_setup(const SetupWish& wish, const PlanFacts& facts) {
    const auto chain = wished_chain(wish, facts);
    const auto node = check_node(wish.marks.head, chain);
    if (!node) {
        return node.error();
    }
    const auto given = check_given_levels(wish.marks, chain, facts);
    if (!given) {
        return given.error();
    }
    auto plan = empty_plan(wish.key, facts);
    if (facts.authorized == wish.key && facts.marks.chain == chain && usable(facts.marks) &&
        fulfilled(wish.marks, facts)) {
        return plan;
    }
    const auto main_level = choose_main_level(wish.marks, chain, facts);
    const auto test_level = choose_test_level(wish.marks, chain, facts);
    if (!main_level || !test_level) {
        return main_level ? test_level.error() : main_level.error();
    }
    append(plan.notes, main_level->notes);
    append(plan.notes, test_level->notes);
    complete(plan, Instruction::setup, chain, main_level->level, test_level->level);
    return without_used_levels(std::move(plan), wish.marks, facts);
}

Result<SetupPlan> plan_reset(const MarkWish& wish, const PlanFacts& facts) {
    if (!facts.authorized) {
        return fail(Errc::no_authorized_key);
    }
    const auto chain = facts.marks.chain;
    const auto node = check_node(wish.head, chain);
    if (!node) {
        return node.error();
    }
    const auto main_level = choose_main_level(wish, chain, facts);
    const auto test_level = choose_test_level(wish, chain, facts);
    if (!main_level || !test_level) {
        return main_level ? test_level.error() : main_level.error();
    }
    auto plan = empty_plan(*facts.authorized, facts);
    if (main_level->level == facts.marks.main.level &&
        test_level->level == facts.marks.test.level && !adopted_above(facts.marks, facts)) {
        return plan;
    }
    append(plan.notes, main_level->notes);
    append(plan.notes, test_level->notes);
    if (reset_fits(facts, main_level->level, test_level->level)) {
        complete(plan, Instruction::reset, chain, main_level->level, main_level->level);
    } else {
        complete(plan, Instruction::setup, chain, main_level->level, test_level->level);
    }
    return without_used_levels(std::move(plan), wish, facts);
}

}  // namespace ledger_bridge::admin
