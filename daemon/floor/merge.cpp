#include "daemon/floor/merge.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/payload.hpp"
#include "daemon/floor/store_change.hpp"

namespace ledger_bridge::floor {

namespace {

// A mark on its way to the highest one.
struct Candidate {
    SignedMark mark;
    bool incoming = false;  // something from elsewhere is about it
    bool clash = false;     // its position is used by messages that differ or are not known
};

void raise(Candidate& known, const SignedMark& incoming) {
    if (incoming.position > known.mark.position) {
        known.mark = incoming;
        known.clash = false;
    } else if (incoming.position == known.mark.position && incoming.digest != known.mark.digest) {
        const auto time = std::max(known.mark.time, incoming.time);
        known.mark = {incoming.position, kUnknownDigest, std::nullopt, time};
        known.clash = true;
    }
    known.incoming = true;
}

std::map<MarkKey, Candidate> highest_of(std::span<const StoredMark> stored,
                                        const std::vector<StoredMark>& incoming) {
    std::map<MarkKey, Candidate> all;
    for (const auto& [key, mark] : stored) {
        all[key].mark = mark;
    }
    for (const auto& [key, mark] : incoming) {
        raise(all.try_emplace(key, Candidate{mark}).first->second, mark);
    }
    return all;
}

const SignedMark* find(std::span<const StoredMark> marks, const MarkKey& key) {
    const auto found = std::find_if(
        marks.begin(), marks.end(), [&key](const StoredMark& one) { return one.key == key; });
    return found == marks.end() ? nullptr : &found->mark;
}

void add_mark(Merge& merge,
              const MarkKey& key,
              const SignedMark* known,
              const Candidate& candidate) {
    const auto& mark = candidate.mark;
    if (known != nullptr && known->position == mark.position && known->digest == mark.digest) {
        ++merge.unchanged;
        return;
    }
    merge.marks.push_back({key, mark});
    if (known == nullptr) {
        ++merge.added;
    } else if (mark.position > known->position) {
        ++merge.raised;
    }
    if (candidate.clash) {
        merge.without_digest.push_back(merge.marks.back());
    }
}

std::vector<AdoptedLevel> higher_levels(std::span<const AdoptedLevel> stored,
                                        const std::vector<AdoptedLevel>& incoming) {
    std::map<AdoptedKey, AdoptedLevel> higher;
    for (const auto& level : incoming) {
        const bool known =
            std::any_of(stored.begin(), stored.end(), [&level](const AdoptedLevel& one) {
                return key_of(one) == key_of(level) && one.level >= level.level;
            });
        const auto at = higher.find(key_of(level));
        if (!known && (at == higher.end() || at->second.level < level.level)) {
            higher.insert_or_assign(key_of(level), level);
        }
    }
    std::vector<AdoptedLevel> levels;
    levels.reserve(higher.size());
    for (const auto& [key, level] : higher) {
        levels.push_back(level);
    }
    return levels;
}

// What went out from here says nothing of what the other signer did since.
Result<void> check_from_elsewhere(const Interchange& incoming,
                                  const std::optional<std::string>& floor) {
    if (incoming.marks.empty()) {
        return fail(Errc::nothing_since_handover, "it has no marks");
    }
    if (incoming.floor && incoming.floor == floor) {
        return fail(Errc::nothing_since_handover, "its marks are those of this floor " + *floor);
    }
    return {};
}

// The other signer began with what went out from here. What does not reach that far is an older
// file, or somebody else's; what reaches no further is what went out, whatever name it bears.
Result<void> check_goes_on(const StoreContents& stored,
                           const Interchange& incoming,
                           const Merge& merge) {
    for (const auto& [key, mark] : stored.marks) {
        const auto reaches = [&key = key, &mark = mark](const StoredMark& one) {
            return one.key == key && one.mark.position >= mark.position;
        };
        if (std::none_of(incoming.marks.begin(), incoming.marks.end(), reaches)) {
            return fail(Errc::nothing_since_handover,
                        fmt::format("it has no {} at {} or above for {}, which was handed over",
                                    kind_name(key.kind),
                                    position_text(mark.position),
                                    key.key.text()));
        }
    }
    return merge.marks.empty()
               ? fail(Errc::nothing_since_handover, "it has nothing above what was handed over")
               : Result<void>();
}

}  // namespace

Merge merge_marks(std::span<const StoredMark> stored,
                  std::span<const AdoptedLevel> adopted,
                  const Interchange& incoming) {
    Merge merge;
    for (const auto& [key, candidate] : highest_of(stored, incoming.marks)) {
        if (candidate.incoming) {
            add_mark(merge, key, find(stored, key), candidate);
        }
    }
    merge.adopted = higher_levels(adopted, incoming.adopted);
    return merge;
}

WorkOut merging(const Interchange& incoming, MergeWish wish, Merge& merge) {
    return [&incoming, wish, &merge](const StoreContents& stored) -> Result<StoreChange> {
        merge = merge_marks(stored.marks, stored.adopted, incoming);
        if (stored.handed_over && !wish.take_back) {
            if (const auto other = check_from_elsewhere(incoming, stored.floor); !other) {
                return other.error();
            }
            if (const auto news = check_goes_on(stored, incoming, merge); !news) {
                return news.error();
            }
        }
        return StoreChange{
            .marks = merge.marks, .ended = {}, .added = merge.adopted, .ends_handover = true};
    };
}

Result<Merge> merge_into(WatermarkStore& store, const Interchange& incoming, MergeWish wish) {
    Merge merge;
    const auto work_out = merging(incoming, wish, merge);
    const auto stored = wish.dry_run ? read_contents(store) : store.change(work_out);
    if (!stored) {
        return stored.error();
    }
    if (wish.dry_run) {
        if (const auto wanted = work_out(*stored); !wanted) {
            return wanted.error();
        }
    }
    return merge;
}

Result<Interchange> contents_of(WatermarkStore& store) {
    auto stored = read_contents(store);
    if (!stored) {
        return stored.error();
    }
    return Interchange{
        std::move(stored->floor), std::move(stored->marks), std::move(stored->adopted)};
}

Result<void> hand_over(WatermarkStore& store, WallTime now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    return store.set_fact(kHandedOverFact,
                          fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                      fmt::gmtime(std::chrono::system_clock::to_time_t(second))));
}

}  // namespace ledger_bridge::floor
