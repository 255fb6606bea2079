#include "daemon/admin/used_levels.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "daemon/floor/watermark.hpp"

namespace ledger_bridge::admin {

namespace {

using apdu::ChainId;
using apdu::Level;
using floor::ChainScope;

// A baker signs one level above its node's head, and another's node may be one block ahead.
constexpr std::uint32_t kAboveHead = 2;

constexpr std::string_view kNoSuchLevel = "no chain has such a level yet";

// Every level up to this one may have been signed on these chains.
struct UsedLevel {
    ChainScope scope;
    Level level;
    std::string origin;
    enum class From { adopted, main_mark, test_mark } from = From::adopted;
};

// A mark of level 0 says nothing, nor does one that SETUP was given beyond every level.
bool says_something(Level level) {
    return level.value != 0 && level < Level::kEnd;
}

UsedLevel device_word(UsedLevel::From from, const apdu::Mark& mark, const ChainScope& scope) {
    const auto position = floor::position_text({mark.level, mark.round});
    const auto* which = from == UsedLevel::From::main_mark ? "main" : "test";
    return {scope, mark.level, fmt::format("the device's {} mark {}", which, position), from};
}

std::vector<UsedLevel> device_words(const apdu::DeviceMarks& marks) {
    using From = UsedLevel::From;
    std::vector<UsedLevel> words{
        device_word(From::main_mark, marks.main, floor::main_scope(marks.chain))};
    if (const auto scope = floor::test_scope(marks.chain)) {
        words.push_back(device_word(From::test_mark, marks.test, *scope));
    }
    return words;
}

std::vector<UsedLevel> adopted_words(const PlanFacts& facts) {
    std::vector<UsedLevel> words;
    for (const auto& row : facts.adopted) {
        words.push_back({row.scope, row.level, row.origin});
    }
    return words;
}

std::vector<UsedLevel> all_words(const PlanFacts& facts) {
    auto words = adopted_words(facts);
    const auto device = device_words(facts.marks);
    words.insert(words.end(), device.begin(), device.end());
    return words;
}

bool speaks_of_main(const UsedLevel& used, ChainId chain, const PlanFacts& facts) {
    const bool better_known = used.from == UsedLevel::From::test_mark && !chain.unspecified() &&
                              highest_under_main(facts.signed_levels, chain);
    return used.scope.meets(floor::main_scope(chain)) && !better_known;
}

bool speaks_of_test(const UsedLevel& used, ChainId chain) {
    const auto scope = floor::test_scope(chain);
    return scope && used.scope.meets(*scope);
}

// The head of one chain says nothing about the others that share an unspecified chain's mark.
bool above_every_block(Level level, ChainId chain, const std::optional<NodeHead>& head) {
    if (!head || head->chain != chain) {
        return false;
    }
    const auto blocks_since =
        static_cast<std::uint64_t>(std::max<std::int64_t>(head->age.count(), 0));
    return level.value > head->level.value + kAboveHead + blocks_since;
}

// Why the main mark may be set at or below what counts as used; empty when it may not.
std::string why_not_believed(const UsedLevel& used,
                             const apdu::DeviceMarks& new_marks,
                             const MarkWish& wish) {
    if (used.level >= kUnbelievable) {
        return std::string(kNoSuchLevel);
    }
    if (wish.force_lower) {
        return "--force-lower was given";
    }
    if (above_every_block(used.level, new_marks.chain, wish.head) &&
        new_marks.main.level > wish.head->level) {
        return fmt::format("the node's head is level {}", wish.head->level.value);
    }
    return {};
}

std::string danger(std::string_view mark,
                   const UsedLevel& used,
                   Level level,
                   std::string_view reason) {
    return fmt::format(
        "under the {} mark the device would sign levels {} to {} again, which {} says are used; "
        "that is not believed, because {}: go on only if no other signer with this key has signed "
        "any of them",
        mark,
        level.value,
        used.level.value,
        used.origin,
        reason);
}

Error refusal(std::string_view mark, const UsedLevel& used, Level level) {
    return fail(Errc::level_not_above_used,
                fmt::format("{} level {}; {} says that levels up to {} are used",
                            mark,
                            level.value,
                            used.origin,
                            used.level.value));
}

// A main mark that stays as it is opens nothing: its reset was confirmed, and is confirmed again
// because the answer was lost.
std::vector<UsedLevel> words_against(const apdu::DeviceMarks& new_marks,
                                     const apdu::AuthorizedKey& key,
                                     const PlanFacts& facts) {
    const auto& old_marks = facts.marks;
    const bool of_another_key = facts.authorized && *facts.authorized != key;
    const bool stays = new_marks.chain == old_marks.chain && new_marks.main == old_marks.main;
    auto words = of_another_key ? adopted_words(facts) : all_words(facts);
    std::erase_if(words, [&](const auto& used) {
        return !says_something(used.level) || (stays && used.from == UsedLevel::From::main_mark);
    });
    return words;
}

}  // namespace

std::optional<Level> highest_used(ChainId chain,
                                  const std::optional<NodeHead>& head,
                                  const PlanFacts& facts) {
    std::optional<Level> highest;
    for (const auto& used : all_words(facts)) {
        const bool mistaken =
            head && (used.level >= kUnbelievable || above_every_block(used.level, chain, head));
        if (says_something(used.level) && !mistaken && speaks_of_main(used, chain, facts)) {
            highest = std::max(highest, std::optional(used.level));
        }
    }
    return highest;
}

std::optional<Level> highest_used_under_test(ChainId chain, const PlanFacts& facts) {
    std::optional<Level> highest;
    for (const auto& used : adopted_words(facts)) {
        if (used.level < kUnbelievable && speaks_of_test(used, chain)) {
            highest = std::max(highest, std::optional(used.level));
        }
    }
    return highest;
}

bool adopted_above(const apdu::DeviceMarks& marks, const PlanFacts& facts) {
    return std::any_of(facts.adopted.begin(), facts.adopted.end(), [&marks](const auto& row) {
        return row.level > marks.main.level && row.scope.meets(floor::main_scope(marks.chain));
    });
}

Result<std::vector<std::string>> check_used(const apdu::DeviceMarks& new_marks,
                                            const MarkWish& wish,
                                            const apdu::AuthorizedKey& key,
                                            const PlanFacts& facts) {
    const auto [main, test] = std::pair(new_marks.main.level, new_marks.test.level);
    std::vector<std::string> dangers;
    for (const auto& used : words_against(new_marks, key, facts)) {
        if (speaks_of_main(used, new_marks.chain, facts) && main <= used.level) {
            const auto reason = why_not_believed(used, new_marks, wish);
            if (reason.empty()) {
                return refusal("main", used, main);
            }
            dangers.push_back(danger("main", used, main, reason));
        }
        if (speaks_of_test(used, new_marks.chain) && test < used.level) {
            if (used.level < kUnbelievable) {
                return refusal("test", used, test);
            }
            dangers.push_back(danger("test", used, test, kNoSuchLevel));
        }
    }
    return dangers;
}

}  // namespace ledger_bridge::admin
