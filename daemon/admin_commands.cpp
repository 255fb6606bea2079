#include "daemon/admin_commands.hpp"

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

#include "daemon/admin/admin_protocol.hpp"
#include "daemon/admin/errors.hpp"
#include "daemon/admin/moving.hpp"
#include "daemon/admin/operations.hpp"
#include "daemon/admin/status_report.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using nlohmann::json;

constexpr Duration kIdentifyTime = std::chrono::seconds{10};
// A tool waits longer than this, so a command never runs behind the back of whoever gave it.
constexpr Duration kStartTime = std::chrono::seconds{30};

std::string text_member(const json& request, const char* name) {
    const auto member = request.find(name);
    return member != request.end() && member->is_string() ? member->get<std::string>() : "";
}

void refuse(const AdminCommands::Reply& reply, const Error& error) {
    reply(admin::error_line(error), true);
}

admin::DeviceStatus device_status(const SessionSnapshot& session) {
    admin::DeviceStatus status;
    status.device = session.device;
    if (session.state != SessionState::absent) {
        status.usb = session.usb;
    }
    status.state = session.state;
    status.reason = session.serves() ? "" : session.refusal().text();
    status.warning = session.warning ? session.warning->text() : "";
    status.alarm = session.alarm;
    if (session.facts) {
        status.name = session.facts->name;
        status.app = session.facts->app;
        status.git = session.facts->git;
        status.authorized = session.facts->authorized;
        status.public_key = session.facts->key;
        status.marks = session.facts->marks;
    }
    return status;
}

// What became of a prompt, for whoever still waits for it, else for the log.
struct Verdict {
    std::optional<Result<void>> outcome;
    bool awaited = true;
};

void log_late(const std::string& device, const Result<void>& outcome) {
    if (outcome) {
        spdlog::warn("device {}: the question that was open when it went was accepted", device);
    } else {
        spdlog::warn("device {}: the question that was open when it went: {}",
                     device,
                     outcome.error().text());
    }
}

Error left_open(SessionState state) {
    return {state_error(state).code,
            "what became of the question is found out and logged when the device answers again"};
}

admin::Settle settle_with(DeviceSession& session,
                          const DeviceThread::Prompt& prompt,
                          const std::string& name) {
    return [&session, prompt, name](const admin::Conclude& conclude) -> Result<void> {
        const auto verdict = std::make_shared<Verdict>();
        session.when_identified([verdict, conclude, name](const DeviceFacts& facts) {
            if (facts.name != name) {
                return false;
            }
            verdict->outcome = conclude({facts.authorized, facts.marks});
            if (!verdict->awaited) {
                log_late(name, *verdict->outcome);
            }
            return true;
        });
        prompt.wait_until_gone();
        verdict->awaited = false;
        return verdict->outcome ? *verdict->outcome : left_open(session.snapshot()->state);
    };
}

std::string done_text(const json& result) {
    const auto address = text_member(result, "address");
    return address.empty() ? "done" : "done for " + address;
}

json node_json(const NodeNews& news) {
    json out{{"level", nullptr},
             {"chain", nullptr},
             {"problem", news.problem ? news.problem->text() : ""}};
    if (news.head) {
        out["level"] = news.head->level.value;
        out["chain"] = news.head->chain.text();
    }
    return out;
}

bool changes_the_device(const std::string& command) {
    static const std::set<std::string> changing = {"setup", "reset", "deauthorize", "delegate"};
    return changing.contains(command);
}

}  // namespace

AdminCommands::AdminCommands(Devices& devices,
                             const KeyService& keys,
                             floor::StoreThread& store,
                             const Clock& clock,
                             const NodeWatch* node,
                             std::string signer_url,
                             std::string state_dir)
    : devices_(devices),
      keys_(keys),
      store_(store),
      clock_(clock),
      node_(node),
      signer_url_(std::move(signer_url)),
      state_dir_(std::move(state_dir)) {}

void AdminCommands::run(const json& request, const Reply& reply) {
    if (!request.is_object()) {
        return refuse(reply, fail(admin::Errc::bad_request, "a command is a JSON object"));
    }
    const auto command = text_member(request, "command");
    if (command == "status" || command == "list") {
        return reply(admin::result_line(status()), true);
    }
    if (command == "export") {
        return export_marks(reply);
    }
    if (command == "handover") {
        return hand_over(reply);
    }
    if (command == "where") {
        return reply(admin::result_line({{"state_dir", state_dir_}}), true);
    }
    if (command == "import") {
        return import_marks(request, reply);
    }
    run_on_device(request, reply);
}

void AdminCommands::export_marks(const Reply& reply) {
    store_.contents([reply](const Result<floor::Interchange>& found) {
        reply(found ? admin::result_line(admin::export_result(*found))
                    : admin::error_line(found.error()),
              true);
    });
}

void AdminCommands::hand_over(const Reply& reply) {
    store_.hand_over([reply](const Result<floor::Interchange>& content) {
        if (!content) {
            return refuse(reply, content.error());
        }
        spdlog::warn("handed over: nothing is signed from now on, until an import");
        reply(admin::result_line(admin::export_result(*content)), true);
    });
}

void AdminCommands::import_marks(const json& request, const Reply& reply) {
    const auto read = admin::read_import(request);
    if (!read) {
        return refuse(reply, read.error());
    }
    const auto wish = read->wish;
    store_.merge(read->content, wish, [reply, wish](const Result<floor::Merge>& merged) {
        if (!merged) {
            return refuse(reply, merged.error());
        }
        const auto result = admin::import_result(*merged, wish.dry_run);
        spdlog::info("import: {}", result.dump());
        reply(admin::result_line(result), true);
    });
}

json AdminCommands::status() const {
    std::vector<admin::DeviceStatus> devices;
    for (const auto& thread : devices_.threads()) {
        devices.push_back(device_status(*thread->snapshot()));
        devices.back().host_marks = store_.marks();
        devices.back().adopted = store_.adopted();
        if (const auto& key = devices.back().public_key) {
            devices.back().policy = keys_.policies().texts(key->hash());
        }
    }
    auto status = admin::status_json(devices, store_.state(), store_.handed_over());
    if (node_ != nullptr) {
        status["node"] = node_json(node_->news());
    }
    return status;
}

void AdminCommands::run_on_device(const json& request, const Reply& reply) {
    const auto device = devices_.by_name(text_member(request, "device"));
    if (!device) {
        return refuse(reply, device.error());
    }
    const auto start = Deadline::after(clock_, kStartTime);
    auto work = [this, request, start, reply](DeviceSession& session,
                                              const DeviceThread::Prompt& prompt) {
        execute(request, start, session, prompt, reply);
    };
    if (const auto queued = (*device)->operate(std::move(work)); !queued) {
        refuse(reply, queued.error());
    }
}

// The reply comes when the daemon serves what the command has changed.
void AdminCommands::execute(const json& request,
                            const Deadline& start,
                            DeviceSession& session,
                            const DeviceThread::Prompt& prompt,
                            const Reply& reply) const {
    if (start.passed()) {
        return refuse(reply, fail(Errc::deadline_passed, "the command was not started"));
    }
    const auto command = text_member(request, "command");
    const auto app = session.app();
    const auto result =
        app ? operate(request, **app, session, prompt, reply) : Result<json>(app.error());
    // A command that found no device has learned nothing of it, and must not put off the next look.
    if (app && !result) {
        session.observe(result.error());
    }
    if (session.app() || session.snapshot()->state == SessionState::prompting) {
        if (changes_the_device(command)) {
            session.identify_again();
            session.step(Deadline::after(clock_, kIdentifyTime));
        }
    }
    spdlog::info("{} {}: {}",
                 command,
                 session.snapshot()->device,
                 result ? done_text(*result) : result.error().text());
    reply(result ? admin::result_line(*result) : admin::error_line(result.error()), true);
}

Result<json> AdminCommands::operate(const json& request,
                                    apdu::BakingApp& app,
                                    DeviceSession& session,
                                    const DeviceThread::Prompt& prompt,
                                    const Reply& reply) const {
    const auto now = session.snapshot();
    admin::Operator context{.app = app,
                            .signed_marks = admin::marks_of(store_),
                            .adopted = admin::adopted_of(store_),
                            .keep_setup = admin::setup_keeper(store_),
                            .handed_over = admin::handed_over_of(store_),
                            .keep_forgotten = admin::forgotten_keeper(store_),
                            .clock = clock_,
                            .device = now->device,
                            .name = now->facts->name,
                            .app_info = now->facts->app,
                            .signer_url = signer_url_,
                            .settle = settle_with(session, prompt, now->facts->name)};
    auto addressed = request;
    addressed.erase("device");  // it was found by any of its names
    return admin::run_operation(addressed, context, [&](const json& event) {
        prompt.opens();
        reply(admin::event_line(event), false);
    });
}

}  // namespace ledger_bridge::daemon
