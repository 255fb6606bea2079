#include "tools/ledgerctl/moving.hpp"

#include <iostream>
#include <variant>

#include <fmt/format.h>

#include "daemon/admin/moving.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/floor_opening.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tools/common/daemon_carrier.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/host_state.hpp"
#include "tools/common/installation.hpp"
#include "tools/common/output.hpp"
#include "tools/common/terminal.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/audit_text.hpp"
#include "tools/ledgerctl/foreign_files.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::ExitCode;
using admin::Outcome;
using nlohmann::json;
using StateDir = std::optional<std::string>;  // as configured

Outcome outcome_of(Result<json> result) {
    return result ? Outcome(*std::move(result)) : Outcome(admin::failure_of(result.error()));
}

// The daemon's answer, or without a daemon that of `here` with the state directory.
template <class Here>
Outcome ask(const ControlOptions& options, const json& request, Here here) {
    const auto installation = read_installation(options.common);
    if (!installation) {
        return admin::failure_of(installation.error());
    }
    const SystemClock clock;
    const auto daemon = find_daemon(installation->admin_socket, std::nullopt, clock);
    if (!daemon) {
        return admin::failure_of(daemon.error());
    }
    if (*daemon) {
        return (*daemon)->run(request, [](const json& /*event*/) {});
    }
    return outcome_of(here(installation->state_dir));
}

Result<json> export_here(const StateDir& state_dir) {
    const auto state = HostState::open(state_dir, Need::floor);
    const auto content = state ? state->contents() : state.error();
    return content ? Result<json>(admin::export_result(*content)) : content.error();
}

Result<json> hand_over_here(const StateDir& state_dir) {
    const SystemClock clock;
    const auto state = HostState::open(state_dir, Need::floor);
    const auto content = state ? state->hand_over(clock) : state.error();
    return content ? Result<json>(admin::export_result(*content)) : content.error();
}

Result<floor::AuditProof> prove(const ControlOptions& options) {
    const auto installation = read_installation(options.common);
    if (!installation) {
        return installation.error();
    }
    const SystemClock clock;
    const auto daemon = find_daemon(installation->admin_socket, std::nullopt, clock);
    if (!daemon) {
        return daemon.error();
    }
    if (*daemon) {
        const auto where = (*daemon)->run({{"command", "where"}}, [](const json& /*event*/) {});
        if (const auto* result = std::get_if<json>(&where)) {
            return floor::prove_audit(text_in(*result, "state_dir"));
        }
    }
    const auto state = HostState::open(installation->state_dir, Need::floor);
    return state ? state->prove_audit() : state.error();
}

// There is nothing to lose any more, so the error's sentence offers the import; or the state is as
// an import leaves it that was cut off. What is damaged may know more than the files, and be put
// right: so a person has to say that they take its place.
bool may_begin(const Error& error, bool replace_damaged) {
    return error.code == make_error_code(floor::Errc::state_missing) ||
           error.code == make_error_code(floor::Errc::state_older) ||
           (replace_damaged && error.code == make_error_code(floor::Errc::store_damaged));
}

// What knows nothing would begin an empty floor.
bool knows_something(const floor::Interchange& content) {
    return !content.marks.empty() || !content.adopted.empty();
}

Result<floor::OpenFloor> open_to_fill(const std::filesystem::path& path,
                                      const admin::ImportRequest& request,
                                      bool replace_damaged) {
    floor::FloorWish wish{.begin_with = request.content};
    auto opened = floor::open_floor(path, wish);
    if (opened || request.wish.dry_run || !may_begin(opened.error(), replace_damaged) ||
        !knows_something(request.content)) {
        return opened;
    }
    wish.decision = floor::Decision::first_start;
    auto begun = floor::open_floor(path, wish);
    if (!begun) {
        return opened;  // it knows something
    }
    say("warning: " + opened.error().text(), true);
    return begun;
}

Result<json> import_here(const StateDir& state_dir,
                         const admin::ImportRequest& request,
                         bool replace_damaged) {
    const auto path = floor::state_directory_to_fill(floor::state_places(state_dir));
    if (!path) {
        return path.error();
    }
    const auto into_nothing = floor::merge_marks({}, {}, request.content);
    std::error_code unknown;
    if (request.wish.dry_run && !std::filesystem::exists(*path / floor::kStoreFile, unknown)) {
        return admin::import_result(into_nothing, true);
    }
    const auto opened = open_to_fill(*path, request, replace_damaged);
    if (!opened) {
        return opened.error();
    }
    for (const auto& news : opened->news) {
        say(news, true);
    }
    const auto merged = opened->made
                            ? into_nothing
                            : floor::merge_into(*opened->store, request.content, request.wish);
    return merged ? Result<json>(admin::import_result(*merged, request.wish.dry_run))
                  : merged.error();
}

Result<void> write_export(const ControlOptions& options, const json& result) {
    if (!options.output) {
        std::cout << text_in(result, "text") << std::flush;
        return {};
    }
    if (auto written = write_whole_file(*options.output, text_in(result, "text")); !written) {
        return written;
    }
    const json summary{{"output", *options.output},
                       {"marks", member(result, "marks")},
                       {"adopted", member(result, "adopted")}};
    if (options.common.json) {
        print_json(summary);
    } else {
        say(fmt::format("{} watermarks and {} adopted levels are in {}",
                        number_in(summary, "marks"),
                        number_in(summary, "adopted"),
                        *options.output),
            false);
    }
    return {};
}

}  // namespace

int export_marks(const ControlOptions& options) {
    const auto outcome = ask(options, {{"command", "export"}}, export_here);
    if (const auto* failure = std::get_if<admin::Failure>(&outcome)) {
        return print_error(*failure);
    }
    const auto written = write_export(options, std::get<json>(outcome));
    return written ? static_cast<int>(ExitCode::done) : print_error(written.error());
}

int hand_over(const ControlOptions& options) {
    if (!agreed("Stop signing here, for another signer to go on? [y/N] ", options.common.yes)) {
        return print_error(fail(Errc::not_confirmed));
    }
    const auto outcome = ask(options, {{"command", "handover"}}, hand_over_here);
    if (const auto* failure = std::get_if<admin::Failure>(&outcome)) {
        return print_error(*failure);
    }
    const auto written = write_export(options, std::get<json>(outcome));
    if (!written) {
        say("It is handed over all the same; write it with ledgerctl export.", true);
        return print_error(written.error());
    }
    say("Nothing is signed here any more, until an import.", true);
    return static_cast<int>(ExitCode::done);
}

int audit(const ControlOptions& options) {
    const auto proof = prove(options);
    if (!proof) {
        return print_error(proof.error());
    }
    if (options.common.json) {
        print_json(audit_json(*proof));
    } else {
        for (const auto& line : audit_lines(*proof)) {
            say(line, false);
        }
    }
    return proof->violations == 0 ? static_cast<int>(ExitCode::done)
                                  : print_error(fail(floor::Errc::audit_violated,
                                                     fmt::format("{} of them", proof->violations)));
}

void print_import(const json& result, bool talk) {
    say(fmt::format("{} added, {} raised, {} known already, {} levels adopted",
                    number_in(result, "added"),
                    number_in(result, "raised"),
                    number_in(result, "unchanged"),
                    number_in(result, "adopted")),
        talk);
    for (const auto& clash : member(result, "without_digest")) {
        say(fmt::format("warning: {} {} of {} on {} is used by messages that differ or are not "
                        "known; nothing is repeated for it",
                        text_in(clash, "kind"),
                        mark_text(clash),
                        text_in(clash, "key"),
                        text_in(clash, "chain")),
            talk);
    }
    if (member(result, "dry_run") == true) {
        say("Nothing was changed.", talk);
    }
}

Outcome import_files(const ControlOptions& options, const std::vector<admin::MarksFile>& files) {
    const auto request = admin::import_request(files, {options.dry_run, options.take_back});
    const auto read = admin::read_import(request);  // the same errors with a daemon and without
    if (!read) {
        return admin::failure_of(read.error());
    }
    return ask(options, request, [&](const StateDir& state_dir) {
        return import_here(state_dir, *read, options.replace_damaged);
    });
}

int import_marks(const ControlOptions& options) {
    const auto files = read_marks_files({options.files.begin(), options.files.end()});
    if (!files) {
        return print_error(files.error());
    }
    const auto outcome = import_files(options, *files);
    if (const auto* failure = std::get_if<admin::Failure>(&outcome)) {
        return print_error(*failure);
    }
    if (options.common.json) {
        print_json(std::get<json>(outcome));
    } else {
        print_import(std::get<json>(outcome), false);
    }
    return static_cast<int>(ExitCode::done);
}

}  // namespace ledger_bridge::tools
