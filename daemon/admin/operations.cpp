#include "daemon/admin/operations.hpp"

#include <array>
#include <future>

#include <fmt/format.h>

#include "daemon/admin/delegation.hpp"
#include "daemon/admin/errors.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/admin/mark_operations.hpp"
#include "daemon/admin/prompts.hpp"
#include "daemon/admin/request.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::admin {

namespace {

using daemon::SessionState;
using nlohmann::json;

Result<void> read_device(DeviceStatus& status, Operator& context) {
    const auto authorized = context.app.authorized_key(answer_deadline(context));
    if (!authorized) {
        return authorized.error();
    }
    const auto marks = context.app.marks(answer_deadline(context));
    if (!marks) {
        return marks.error();
    }
    status.authorized = *authorized;
    status.marks = *marks;
    if (!status.authorized) {
        return fail(daemon::Errc::unauthorised);
    }
    const auto& key = *status.authorized;
    const auto public_key = context.app.public_key(key.curve, key.path, answer_deadline(context));
    if (!public_key) {
        return public_key.error();
    }
    status.public_key = *public_key;
    return {};
}

SessionState state_of(const Error& error) {
    if (error.code == make_error_code(daemon::Errc::unauthorised)) {
        return SessionState::unauthorised;
    }
    return daemon::state_after(error).value_or(SessionState::app_crashed);
}

Result<apdu::AuthorizedKey> key_asked_for(const AdminRequest& request,
                                          const std::optional<apdu::AuthorizedKey>& authorized) {
    if (request.curve || request.path) {
        return apdu::AuthorizedKey{request.curve.value_or(apdu::Curve::secp256k1),
                                   request.path.value_or(apdu::DerivationPath::tezos_default())};
    }
    return authorized ? Result<apdu::AuthorizedKey>(*authorized) : fail(Errc::no_authorized_key);
}

Result<json> pubkey(const AdminRequest& request, Operator& context, const Emit& /*emit*/) {
    const auto authorized = context.app.authorized_key(answer_deadline(context));
    if (!authorized) {
        return authorized.error();
    }
    const auto key = key_asked_for(request, *authorized);
    if (!key) {
        return key.error();
    }
    const auto public_key = context.app.public_key(key->curve, key->path, answer_deadline(context));
    if (!public_key) {
        return public_key.error();
    }
    auto out = key_json(*key, *public_key);
    out["device"] = context.device;
    out["name"] = context.name;
    out["ledger_uri"] = ledger_uri_text(context.name, *key);
    out["authorized"] = *authorized == *key;
    return out;
}

// A tz4 key has no curve that is known here.
json old_key_json(const apdu::DerivationPath& path, const std::optional<apdu::AuthorizedKey>& key) {
    return key ? key_json(*key) : json{{"path", path.text()}, {"curve", "tz4"}};
}

// By the path, which a key that cannot bake has too.
Result<json> deauthorize(const AdminRequest& /*request*/, Operator& context, const Emit& /*emit*/) {
    const auto before = context.app.authorized_path(answer_deadline(context));
    if (!before) {
        return before.error();
    }
    const auto key = context.app.authorized_key(answer_deadline(context));
    if (!key) {
        return key.error();
    }
    if (*before) {
        const auto done = context.app.deauthorize(answer_deadline(context));
        if (!done) {
            return done.error();
        }
    }
    const auto after = context.app.authorized_path(answer_deadline(context));
    if (!after) {
        return after.error();
    }
    if (*after) {
        return fail(Errc::read_back_differs, "the key is still authorised");
    }
    return json{{"device", context.device},
                {"name", context.name},
                {"changed", before->has_value()},
                {"was", *before ? old_key_json(**before, *key) : json(nullptr)}};
}

template <Result<SetupPlan> (*Make)(const AdminRequest&, Operator&)>
Result<json> only_plan(const AdminRequest& request, Operator& context, const Emit& /*emit*/) {
    const auto plan = Make(request, context);
    return plan ? Result<json>(plan_json(*plan, context, false)) : plan.error();
}

template <Result<SetupPlan> (*Make)(const AdminRequest&, Operator&)>
Result<json> execute(const AdminRequest& request, Operator& context, const Emit& emit) {
    const auto plan = Make(request, context);
    if (!plan) {
        return plan.error();
    }
    const auto done = perform(*plan, context, emit);
    if (!done) {
        return done.error();
    }
    return plan_json(*plan, context, plan->instruction != Instruction::nothing);
}

Result<void> awaited(std::future<Result<void>> kept) {
    if (kept.wait_for(kAnswerTime) != std::future_status::ready) {
        return fail(floor::Errc::store_unavailable, "it took too long");
    }
    return kept.get();
}

struct CommandRow {
    std::string_view name;
    Result<json> (*run)(const AdminRequest&, Operator&, const Emit&);
};

constexpr std::array kCommands{
    CommandRow{"pubkey", pubkey},
    CommandRow{"plan-setup", only_plan<make_setup_plan>},
    CommandRow{"plan-reset", only_plan<make_reset_plan>},
    CommandRow{"setup", execute<make_setup_plan>},
    CommandRow{"reset", execute<make_reset_plan>},
    CommandRow{"plan-delegate", plan_delegation},
    CommandRow{"delegate", delegate},
    CommandRow{"deauthorize", deauthorize},
};

}  // namespace

ReadMarks marks_of(const floor::StoreThread& store) {
    return [&store]() -> Result<std::vector<floor::StoredMark>> {
        const auto state = store.state();
        if (state != "ok") {
            return fail(floor::Errc::store_unavailable, state);
        }
        return store.marks();
    };
}

ReadAdopted adopted_of(const floor::StoreThread& store) {
    return [&store]() -> Result<std::vector<floor::AdoptedLevel>> { return store.adopted(); };
}

KeepSetup setup_keeper(floor::StoreThread& store) {
    return [&store](const floor::DeviceReading& reading,
                    const std::vector<floor::AdoptedLevel>& foreseen) {
        return awaited(store.adopt_setup(reading, foreseen));
    };
}

HandedOver handed_over_of(const floor::StoreThread& store) {
    return [&store]() -> Result<bool> { return store.handed_over(); };
}

KeepForgotten forgotten_keeper(floor::StoreThread& store) {
    return [&store](const floor::DeviceReading& reading) {
        return awaited(store.adopt_before_operation(reading));
    };
}

DeviceStatus report_device(Operator& context) {
    DeviceStatus status;
    status.by_tool = true;
    status.device = context.device;
    status.name = context.name;
    status.app = context.app_info;
    const auto marks = context.signed_marks();
    const auto adopted = context.adopted();
    if (marks && adopted) {
        status.host_marks = *marks;
        status.adopted = *adopted;
    }
    const auto read = read_device(status, context);
    status.state = read ? SessionState::ready : state_of(read.error());
    status.reason = read ? "" : read.error().text();
    return status;
}

Result<json> run_operation(const json& request, Operator& context, const Emit& emit) {
    const auto read = read_request(request);
    if (!read) {
        return read.error();
    }
    if (read->device && *read->device != context.device) {
        return fail(Errc::unknown_device,
                    fmt::format("{} is asked for, it serves {}", *read->device, context.device));
    }
    for (const auto& command : kCommands) {
        if (command.name == read->command) {
            return command.run(*read, context, emit);
        }
    }
    return fail(Errc::unknown_command, fmt::format("\"{}\"", read->command));
}

}  // namespace ledger_bridge::admin
