#include "tools/common/settling.hpp"

#include <utility>

#include <fmt/format.h>

#include "daemon/errors.hpp"
#include "driver/errors.hpp"
#include "tools/common/direct_device.hpp"
#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};

// The device as it is now, over a connection of its own: after a prompt nothing that the earlier
// one brings can be told from the answer to it.
struct Found {
    apdu::BakingApp app;
    daemon::Identity identity;
    admin::Standing standing;
};

Result<Found> look(const Search& search, const Deadline& until) {
    const auto reopened = reopen_clean(search.wire, search.open, until);
    if (!reopened) {
        return reopened.error();
    }
    apdu::BakingApp app(search.wire);
    auto identity = identify(app, search.clock);
    if (!identity) {
        return identity.error();
    }
    if (identity->name != search.name) {
        return fail(driver::Errc::no_device, fmt::format("{} is another one", identity->name));
    }
    auto standing = standing_of(app, until.at_most(admin::kAnswerTime));
    return standing ? Result<Found>(Found{app, *std::move(identity), *std::move(standing)})
                    : standing.error();
}

bool asks_still(const Error& error) {
    return error.code == make_error_code(daemon::Errc::prompting);
}

// Looks until the device answers; each time that the question is seen on its screen, as long again.
Result<Found> find(const Search& search) {
    auto until = Deadline::after(search.clock, kReturnTime);
    while (true) {
        auto found = look(search, until);
        if (found || search.wire.cancelled()) {
            return found;
        }
        // So that a prompt's answer, whenever it comes, is drained by the next look.
        search.wire.close();
        if (asks_still(found.error())) {
            until = Deadline::after(search.clock, kReturnTime);
        } else if (until.passed()) {
            return fail(Errc::outcome_unknown,
                        fmt::format("for {} s: {}", kReturnTime.count(), found.error().text()));
        }
        search.pause(kBetweenLooks);
    }
}

}  // namespace

admin::Settle settle_by_search(Search search) {
    return [search = std::move(search)](const admin::Conclude& conclude) -> Result<void> {
        if (!search.wire.cancelled()) {
            search.begun();
        }
        auto found = find(search);
        if (!found) {
            return found.error();
        }
        const auto verdict = conclude(found->standing);
        const auto adopted = search.adopt(found->app, found->identity);
        return verdict ? adopted : verdict;
    };
}

}  // namespace ledger_bridge::tools
