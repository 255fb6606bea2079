// The device around the app: dashboard, lock, power, the person's answers. Pure, like the app.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/bytes.hpp"
#include "tools/emulator/app/baking_app.hpp"

namespace ledger_bridge::emulator {

enum class AppId { baking, wallet, dashboard };

// "Tezos Baking", "Tezos Wallet (XTZ)", "BOLOS".
std::string_view app_name(AppId app);
std::optional<AppId> app_from_name(std::string_view name);

// How prompts are answered: by accept() and reject(), or at once.
enum class Confirm { ask, accept, reject };

struct Answer {
    Bytes bytes;  // data and status word
    // Which command it answers, by the app's name: "SIGN"; path packets are "SIGN path", the
    // dashboard's is "OPEN_APP", commands without a name give an empty text.
    std::string command;
    std::optional<MadeSignature> made;
};

struct OpenPrompt {
    std::string command;
    Prompt prompt;
};

class Device {
public:
    struct Setup {
        Release release = Release::v2_5_1;
        Confirm confirm = Confirm::ask;
        BakingData flash;
    };

    // `keys` outlives the device.
    Device(KeyRing& keys, const Setup& setup);

    // One command. Nothing while a prompt waits: then, and for a command that opens one, the device
    // is silent.
    std::optional<Answer> exchange(ByteView command);

    // What Answer::command will be for this command, of which the first four bytes are enough.
    [[nodiscard]] std::string name_of(ByteView command) const;

    // The person's answer to the prompt, and what the host gets for it. Nothing when no prompt is
    // open or the device is locked.
    std::optional<Answer> accept();
    std::optional<Answer> reject();

    void lock() { locked_ = true; }
    void unlock() { locked_ = false; }

    // RAM, an open prompt and the lock are gone, flash stays; then `app` is open.
    void power_cycle(AppId app);
    // Flash as it left the factory. The seed stays.
    void wipe();

    // The person opens an app; the Baking app, when it was open, quits cleanly. False while a
    // prompt is open or the device is locked.
    [[nodiscard]] bool open_app(AppId app);
    // False unless the Baking app is open, without a prompt, and the device is unlocked.
    [[nodiscard]] bool set_hwm_enabled(bool enabled);

    [[nodiscard]] AppId app() const { return app_; }
    [[nodiscard]] std::string_view app_version() const;
    [[nodiscard]] bool locked() const { return locked_; }
    [[nodiscard]] const std::optional<OpenPrompt>& prompt() const { return prompt_; }
    // What the Baking app works with, or would when it is opened.
    [[nodiscard]] const BakingData& baking_data() const;
    [[nodiscard]] const Flash& flash() const { return flash_; }
    [[nodiscard]] std::uint64_t commands() const { return commands_; }
    [[nodiscard]] std::uint64_t signatures() const { return signatures_; }

private:
    [[nodiscard]] Outcome run(ByteView command);
    [[nodiscard]] Outcome dashboard(ByteView command);
    [[nodiscard]] Outcome app_info() const;
    std::optional<Answer> settle(Outcome outcome, std::string command);
    Answer finish(Outcome outcome, std::string command);
    // Nothing while locked: the person sees the lock, not the prompt.
    std::optional<OpenPrompt> close_prompt();
    void start(AppId app);
    void quit_app();

    KeyRing& keys_;
    Release release_;
    Confirm confirm_;
    Flash flash_;
    AppId app_ = AppId::baking;
    std::unique_ptr<BakingApp> baking_;
    std::optional<OpenPrompt> prompt_;
    bool locked_ = false;
    std::uint64_t commands_ = 0;
    std::uint64_t signatures_ = 0;
};

}  // namespace ledger_bridge::emulator
