// Typed calls to the Baking app over a transport.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apdu/instructions.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::apdu {

// The name that get_app_info answers while the Baking app is open.
inline constexpr std::string_view kBakingAppName = "Tezos Baking";

// The name that the dashboard answers: no app is open.
inline constexpr std::string_view kDashboardName = "BOLOS";

// Errors: no_app_open on the dashboard; else wrong_app, with the name of what is open.
Result<void> check_baking_app(const AppInfo& app);

// One session with the app on one open transport; make a new one for every new transport.
//
// Every call blocks until the device answers or the deadline passes. Calls that prompt wait for
// the person at the device. A driver error or a status word comes up unchanged as the Error's
// code; the detail names the instruction. Errors of the host's own are apdu::Errc.
// One thread at a time; the transport must outlive this and be this session's alone: what others
// select on it, this does not know.
class BakingApp {
public:
    explicit BakingApp(driver::Transport& transport) : transport_(&transport) {}

    // Signs one block, preattestation or attestation of at most 235 bytes with `key`, and never
    // with another: the message goes out alone only when this session itself selected `key` and
    // nothing else since. One APDU then; two when the key must be selected first; three when
    // the device answers that the selection is gone (917e, 6982, 9405), which is tried once.
    //
    // The digest that the device says it signed is compared with ours; malformed_answer if it is
    // another one. The signature is NOT verified here: that is the caller's last step.
    // Errors: message_too_long before anything is sent; status words; driver errors, after which
    // the device may or may not have signed and moved its mark.
    Result<DeviceSignature> sign(const AuthorizedKey& key,
                                 ByteView message,
                                 const Deadline& deadline);

    // Selects `key`, so that the next sign() with it is one APDU. It need not be authorised.
    Result<void> select(const AuthorizedKey& key, const Deadline& deadline);

    // What is open and what it says of itself. No prompts, no change.
    Result<AppInfo> app_info(const Deadline& deadline);
    Result<Version> version(const Deadline& deadline);
    Result<std::string> git_description(const Deadline& deadline);
    // Nothing when no key is authorised, in the way of either release, or one that cannot bake: a
    // tz4 key. authorized_path() shows whether there is such a one.
    Result<std::optional<AuthorizedKey>> authorized_key(const Deadline& deadline);
    Result<std::optional<DerivationPath>> authorized_path(const Deadline& deadline);
    Result<DeviceMarks> marks(const Deadline& deadline);
    Result<Mark> main_mark(const Deadline& deadline);

    // Reads a key; changes the app's selection, so the next sign() costs one APDU more.
    Result<PublicKey> public_key(Curve curve, const DerivationPath& path, const Deadline& deadline);
    // The same, shown on the device's screen for a person to confirm.
    Result<PublicKey> prompt_public_key(Curve curve,
                                        const DerivationPath& path,
                                        const Deadline& deadline);

    // Authorises a key with its chain and both marks, lower ones too; prompts.
    // The app does not check the levels: bad_level, before anything is sent, at Level::kEnd.
    Result<PublicKey> setup(const SetupRequest& request, const Deadline& deadline);
    // Sets both marks to `level`, round 0, lower ones too; prompts. bad_level as in setup.
    Result<void> reset(Level level, const Deadline& deadline);
    // Authorises a key and leaves chain and marks; prompts.
    Result<PublicKey> authorize(Curve curve, const DerivationPath& path, const Deadline& deadline);
    // The same for the key that is authorised already; crypto_failure when there is none.
    Result<PublicKey> authorize_again(Curve curve, const Deadline& deadline);
    // Takes the authorisation away at once, without a prompt.
    Result<void> deauthorize(const Deadline& deadline);

    // A deterministic secret of the key and `message`; needs no authorisation, does not prompt.
    Result<Digest> hmac(const AuthorizedKey& key, ByteView message, const Deadline& deadline);

    // On the dashboard: opens the app of that name; prompts.
    Result<void> open_app(std::string_view name, const Deadline& deadline);
    // Back to the dashboard. The device may drop the connection after its answer.
    Result<void> quit_app(const Deadline& deadline);

private:
    // An instruction and what error texts call it.
    struct Request {
        std::string_view name;
        Command command;
    };
    // A message to sign: its packet, the key it is for, and the digest to expect.
    struct Message {
        AuthorizedKey key;
        Command command;
        Digest digest{};
    };
    template <class T>
    using Decoder = std::function<Result<T>(ByteView)>;

    // Data of the answer when its status word is 9000.
    Result<Bytes> call(const Request& request, const Deadline& deadline);
    template <class T>
    Result<T> query(const Request& request, const Decoder<T>& decode, const Deadline& deadline);
    // Requests that may leave another selection behind, whatever comes back.
    Result<void> change(const Request& request, const Deadline& deadline);
    Result<PublicKey> ask_key(const Request& request, Curve curve, const Deadline& deadline);

    Result<DeviceSignature> sign_selected(const Message& message, const Deadline& deadline);
    Result<DeviceSignature> select_and_sign(const Message& message, const Deadline& deadline);

    driver::Transport* transport_;
    // What the next message packet would sign with; nothing when that is not known for certain.
    std::optional<AuthorizedKey> selected_;
};

}  // namespace ledger_bridge::apdu
