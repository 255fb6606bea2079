#include "tools/emulator/app/device.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ledger_bridge::emulator {

namespace {

constexpr std::array<std::uint8_t, 4> kAppInfo{0xb0, 0x01, 0x00, 0x00};
constexpr std::array<std::uint8_t, 4> kQuitApp{0xb0, 0xa7, 0x00, 0x00};
constexpr std::array<std::uint8_t, 2> kOpenAppCommand{0xe0, 0xd8};
constexpr std::uint8_t kDashboardClass = 0xe0;
constexpr std::uint8_t kOpenApp = 0xd8;
constexpr std::uint8_t kTezosClass = 0x80;

constexpr std::array<std::string_view, 3> kNames{"Tezos Baking", "Tezos Wallet (XTZ)", "BOLOS"};
constexpr std::string_view kWalletVersion = "3.0.6";
constexpr std::string_view kSystemVersion = "1.1.1";

// The operating system looks at these four bytes and at nothing after them.
bool begins_with(ByteView command, ByteView prefix) {
    return command.size() >= prefix.size() &&
           std::ranges::equal(command.first(prefix.size()), prefix);
}

std::string command_name(AppId app, ByteView command) {
    if (app == AppId::dashboard && begins_with(command, kOpenAppCommand)) {
        return "OPEN_APP";
    }
    if (app != AppId::baking || command.size() < 3 || command[0] != kTezosClass) {
        return {};
    }
    const auto* const instruction = find_instruction(command[1]);
    if (instruction == nullptr) {
        return {};
    }
    const auto path = instruction->parameters == Parameters::sign && is_path_packet(command[2]);
    return std::string(instruction->name) + (path ? " path" : "");
}

// Knows none of the Baking app's instructions.
Outcome wallet(ByteView command) {
    const auto apdu = parse_apdu(command);
    if (!apdu) {
        return answer(Status::wrong_length);
    }
    return answer(apdu->cla == kTezosClass ? Status::unknown_instruction : Status::unknown_class);
}

void write_text(ByteWriter& writer, std::string_view text) {
    writer.u8(static_cast<std::uint8_t>(text.size())).bytes(as_bytes(text));
}

}  // namespace

std::string_view app_name(AppId app) {
    return kNames.at(static_cast<std::size_t>(app));
}

std::optional<AppId> app_from_name(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    return found == kNames.end() ? std::nullopt
                                 : std::optional(static_cast<AppId>(found - kNames.begin()));
}

Device::Device(KeyRing& keys, const Setup& setup)
    : keys_(keys), release_(setup.release), confirm_(setup.confirm), flash_(setup.flash) {
    start(AppId::baking);
}

void Device::start(AppId app) {
    app_ = app;
    baking_ = app == AppId::baking ? std::make_unique<BakingApp>(release_, keys_, flash_) : nullptr;
}

std::string Device::name_of(ByteView command) const {
    return command_name(app_, command);
}

std::optional<Answer> Device::exchange(ByteView command) {
    ++commands_;
    if (prompt_) {
        return std::nullopt;
    }
    auto name = name_of(command);
    if (locked_) {
        return Answer{answer(Status::locked), std::move(name), std::nullopt};
    }
    return settle(run(command), std::move(name));
}

Outcome Device::run(ByteView command) {
    if (begins_with(command, kAppInfo)) {
        return app_info();
    }
    if (begins_with(command, kQuitApp)) {
        quit_app();
        return answer(Status::ok);
    }
    switch (app_) {
        case AppId::baking:
            return baking_->handle(command);
        case AppId::wallet:
            return wallet(command);
        case AppId::dashboard:
            break;
    }
    return dashboard(command);
}

Outcome Device::dashboard(ByteView command) {
    const auto apdu = parse_apdu(command);
    if (!apdu) {
        return answer(Status::wrong_length);
    }
    if (apdu->cla != kDashboardClass) {
        return answer(Status::unknown_class);
    }
    if (apdu->ins != kOpenApp) {
        return answer(Status::unknown_instruction);
    }
    const std::string name(apdu->data.begin(), apdu->data.end());
    const auto app = app_from_name(name);
    if (!app || *app == AppId::dashboard) {
        return answer(Status::unknown_app);
    }
    return Prompt{review({screen("Open app", name)}), [this, app] {
                      start(*app);
                      return answer(Status::ok);
                  }};
}

Outcome Device::app_info() const {
    ByteWriter info;
    info.u8(1);
    write_text(info, app_name(app_));
    write_text(info, app_version());
    return answer(Status::ok, info.u8(1).u8(0).take());
}

std::optional<Answer> Device::settle(Outcome outcome, std::string command) {
    if (!outcome.prompt) {
        return finish(std::move(outcome), std::move(command));
    }
    switch (confirm_) {
        case Confirm::ask:
            break;
        case Confirm::accept:
            return finish(outcome.prompt->accept(), std::move(command));
        case Confirm::reject:
            return finish(answer(Status::refused_by_user), std::move(command));
    }
    prompt_ = OpenPrompt{std::move(command), std::move(*outcome.prompt)};
    return std::nullopt;
}

Answer Device::finish(Outcome outcome, std::string command) {
    signatures_ += outcome.made ? 1U : 0U;
    return {std::move(outcome.answer), std::move(command), std::move(outcome.made)};
}

std::optional<OpenPrompt> Device::close_prompt() {
    return locked_ ? std::nullopt : std::exchange(prompt_, std::nullopt);
}

std::optional<Answer> Device::accept() {
    auto open = close_prompt();
    if (!open) {
        return std::nullopt;
    }
    return finish(open->prompt.accept(), std::move(open->command));
}

std::optional<Answer> Device::reject() {
    auto open = close_prompt();
    if (!open) {
        return std::nullopt;
    }
    return finish(answer(Status::refused_by_user), std::move(open->command));
}

void Device::power_cycle(AppId app) {
    prompt_.reset();
    locked_ = false;
    start(app);
}

void Device::wipe() {
    flash_.write(BakingData{});
    start(app_);
}

void Device::quit_app() {
    if (baking_) {
        baking_->quit();
    }
    start(AppId::dashboard);
}

bool Device::open_app(AppId app) {
    if (prompt_ || locked_) {
        return false;
    }
    if (app != app_) {
        quit_app();
        start(app);
    }
    return true;
}

bool Device::set_hwm_enabled(bool enabled) {
    if (prompt_ || locked_ || !baking_) {
        return false;
    }
    baking_->set_hwm_enabled(enabled);
    return true;
}

std::string_view Device::app_version() const {
    switch (app_) {
        case AppId::baking:
            return release_text(release_);
        case AppId::wallet:
            return kWalletVersion;
        case AppId::dashboard:
            break;
    }
    return kSystemVersion;
}

const BakingData& Device::baking_data() const {
    return baking_ ? baking_->data() : flash_.data();
}

}  // namespace ledger_bridge::emulator
