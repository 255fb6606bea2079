#include "daemon/admin/level_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/used_levels.hpp"

namespace ledger_bridge::admin {

namespace {

using apdu::ChainId;
using apdu::Level;

Level next(Level level) {
    return Level{level.value + 1};
}

bool in_range(Level level) {
    return level < Level::kEnd;
}

std::string signed_text(const SignedLevel& highest) {
    return fmt::format(
        "level {} was signed on {}", highest.level.value, apdu::chain_display_name(highest.chain));
}

Result<void> check_range(Level level) {
    if (!in_range(level)) {
        return fail(Errc::level_out_of_range, fmt::format("level {}", level.value));
    }
    return {};
}

Result<void> check_above(Level level, const std::optional<SignedLevel>& highest, Errc refusal) {
    if (highest && level <= highest->level) {
        return fail(refusal, fmt::format("level {}; {}", level.value, signed_text(*highest)));
    }
    return {};
}

Result<void> check_force_lower(const MarkWish& wish, ChainId chain) {
    if (!wish.level) {
        return fail(Errc::force_lower_refused, "no level is given");
    }
    if (!apdu::is_test_network(chain)) {
        return fail(Errc::force_lower_refused,
                    fmt::format("the device signs for {}", apdu::chain_display_name(chain)));
    }
    return {};
}

Result<LevelChoice> given_main_level(const MarkWish& wish, ChainId chain, const PlanFacts& facts) {
    const auto level = *wish.level;
    const auto range = check_range(level);
    if (!range) {
        return range.error();
    }
    const auto highest = highest_under_main(facts.signed_levels, chain);
    if (!wish.force_lower) {
        const auto above = check_above(level, highest, Errc::level_not_above_signed);
        return above ? Result<LevelChoice>(LevelChoice{level, {}}) : above.error();
    }
    LevelChoice choice{level, {}};
    if (highest && level <= highest->level) {
        choice.notes.push_back(fmt::format(
            "only the device is lowered: {}, and this program signs nothing at or below that again",
            signed_text(*highest)));
    }
    return choice;
}

LevelChoice level_above_head(const NodeHead& head, ChainId chain, const PlanFacts& facts) {
    const auto above_head = next(head.level);
    const auto highest = highest_under_main(facts.signed_levels, chain);
    const auto used = highest_used(chain, head, facts);
    if (used && *used >= above_head && (!highest || *used > highest->level)) {
        return {next(*used),
                {fmt::format("the node's head is level {}, but level {} may have been signed by "
                             "another signer with this key",
                             head.level.value,
                             used->value)}};
    }
    if (highest && next(highest->level) > above_head) {
        return {
            next(highest->level),
            {fmt::format(
                "the node's head is level {}, but {}", head.level.value, signed_text(*highest))}};
    }
    return {above_head, {fmt::format("the node's head is level {}", head.level.value)}};
}

Result<LevelChoice> level_of_unknown_chain(ChainId chain) {
    if (!apdu::is_test_network(chain)) {
        return fail(Errc::level_needed, apdu::chain_display_name(chain));
    }
    return LevelChoice{
        Level{0},
        {fmt::format("nothing is known about {}, so its mark starts at level 0: the device would "
                     "sign every level from there, also those that another signer with this key "
                     "has signed",
                     apdu::chain_display_name(chain))}};
}

Result<LevelChoice> level_without_node(ChainId chain, const PlanFacts& facts) {
    const auto highest = highest_under_main(facts.signed_levels, chain);
    const auto floor = highest ? std::optional(highest->level) : std::nullopt;
    const auto known = std::max(floor, highest_used(chain, std::nullopt, facts));
    return known ? Result<LevelChoice>(LevelChoice{next(*known), {}})
                 : level_of_unknown_chain(chain);
}

// The main mark's level, where its chains come under the test mark because the device's chain
// changes.
std::optional<Level> moved_main_level(ChainId chain, const PlanFacts& facts) {
    const auto level = facts.marks.main.level;
    const bool moves = facts.marks.chain != chain && !chain.unspecified();
    return moves && level.value != 0 && in_range(level) ? std::optional(level) : std::nullopt;
}

}  // namespace

Result<LevelChoice> choose_main_level(const MarkWish& wish, ChainId chain, const PlanFacts& facts) {
    if (wish.force_lower) {
        const auto allowed = check_force_lower(wish, chain);
        if (!allowed) {
            return allowed.error();
        }
    }
    if (wish.level) {
        return given_main_level(wish, chain, facts);
    }
    auto choice = wish.head ? Result<LevelChoice>(level_above_head(*wish.head, chain, facts))
                            : level_without_node(chain, facts);
    if (!choice) {
        return choice;
    }
    const auto range = check_range(choice->level);
    return range ? choice : range.error();
}

Result<LevelChoice> choose_test_level(const MarkWish& wish, ChainId chain, const PlanFacts& facts) {
    const auto highest = highest_under_test(facts.signed_levels, chain);
    if (wish.test_level) {
        const auto range = check_range(*wish.test_level);
        const auto above =
            check_above(*wish.test_level, highest, Errc::test_level_not_above_signed);
        if (!range || !above) {
            return range ? above.error() : range.error();
        }
        return LevelChoice{*wish.test_level, {}};
    }
    LevelChoice choice{facts.marks.test.level, {}};
    const auto moved = moved_main_level(chain, facts);
    if (moved && *moved >= choice.level) {
        choice = {next(*moved),
                  {"the test mark is raised above the old main mark: what that covered comes "
                   "under the test mark now"}};
    }
    const auto used = highest_used_under_test(chain, facts);
    if (used && *used > choice.level) {
        choice = {next(*used),
                  {fmt::format("the test mark is raised, because level {} may have been signed by "
                               "another signer with this key",
                               used->value)}};
    }
    if (highest && highest->level >= choice.level) {
        choice = {next(highest->level),
                  {fmt::format("the test mark is raised, because {}", signed_text(*highest))}};
    }
    if (!in_range(choice.level)) {
        return fail(Errc::level_out_of_range,
                    fmt::format("the test mark would be {}; give setup-ledger a --test-level",
                                choice.level.value));
    }
    return choice;
}

}  // namespace ledger_bridge::admin
