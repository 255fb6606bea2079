// No order of calls and events makes the library sign with another key than the one given.

#include <cstdlib>
#include <memory>

#include <gtest/gtest.h>

#include "apdu/baking_app.hpp"
#include "tests/apdu/device_model.hpp"
#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::apdu {
namespace {

const Bytes kMessage{0x13, 0x01, 0x02, 0x03};

std::uint32_t seed_from_environment() {
    const auto* text = std::getenv("BRIDGE_SEED");
    return text == nullptr ? 20240611U
                           : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

ModelKey model_key(const AuthorizedKey& key) {
    ByteWriter writer;
    key.path.write(writer);
    return {static_cast<std::uint8_t>(key.curve), writer.take()};
}

bool signed_by(const DeviceSignature& signature, const AuthorizedKey& key) {
    const auto expected = DeviceModel::signature_by(model_key(key));
    return std::equal(expected.begin(), expected.end(), signature.signature.raw.begin());
}

std::vector<AuthorizedKey> some_keys() {
    const auto other = DerivationPath::parse("44h/1729h/1h/0h").value();
    return {{Curve::ed25519, DerivationPath::tezos_default()},
            {Curve::bip25519, DerivationPath::tezos_default()},
            {Curve::ed25519, other}};
}

// One device, one session, and a random choice of what happens next.
class Trial {
public:
    explicit Trial(std::uint32_t seed) : random_(seed), device_(seed) {
        device_.leave_behind(maybe_key(), maybe_key());
        reopen();
    }

    void step() {
        switch (random_() % 16) {
            case 0:
                return ignore(app_->public_key(key().curve, key().path, deadline_));
            case 1:
                return setup();
            case 2:
                device_.set_person_accepts(flip());
                return ignore(app_->reset(Level{1}, deadline_));
            case 3:
                return ignore(app_->hmac(key(), kMessage, deadline_));
            case 4:
                return ignore(app_->deauthorize(deadline_));
            case 5:
                device_.set_person_accepts(flip());
                return ignore(app_->authorize(key().curve, key().path, deadline_));
            case 6:
                return device_.restart_app();
            case 7:
                return device_.set_locked(flip());
            case 8:
                return device_.set_watermark_allows(flip());
            case 9:
                // Another host had the device in between.
                device_.leave_behind(maybe_key(), maybe_key());
                return reopen();
            case 10:
                return ignore(app_->marks(deadline_));
            case 11:
                return ignore(app_->select(key(), deadline_));
            case 12:
                return sign_when_all_is_well();
            default:
                return sign(key());
        }
    }

    [[nodiscard]] int signatures() const { return signatures_; }

private:
    bool flip() { return random_() % 2 == 0; }
    const AuthorizedKey& key() { return keys_[random_() % keys_.size()]; }
    std::optional<ModelKey> maybe_key() {
        return flip() ? std::optional(model_key(key())) : std::nullopt;
    }
    template <class T>
    void ignore(const Result<T>& /*result*/) {}
    void reopen() { app_ = std::make_unique<BakingApp>(device_); }

    void setup() {
        device_.set_person_accepts(flip());
        const auto& chosen = key();
        ignore(app_->setup({kMainnet, Level{1}, Level{1}, chosen.curve, chosen.path}, deadline_));
    }

    void sign(const AuthorizedKey& chosen) {
        const auto before = device_.apdus();
        const auto signature = app_->sign(chosen, kMessage, deadline_);
        ASSERT_LE(device_.apdus() - before, 3);
        if (!signature) {
            return;
        }
        ++signatures_;
        ASSERT_TRUE(signed_by(*signature, chosen));
        ASSERT_EQ(device_.authorised(), model_key(chosen));
    }

    // When the key is the authorised one and nothing stands against it, it does sign.
    void sign_when_all_is_well() {
        device_.set_locked(false);
        device_.set_watermark_allows(true);
        for (const auto& candidate : keys_) {
            if (device_.authorised() == model_key(candidate)) {
                const auto before = signatures_;
                sign(candidate);
                ASSERT_EQ(signatures_, before + 1);
            }
        }
    }

    std::mt19937 random_;
    std::vector<AuthorizedKey> keys_ = some_keys();
    DeviceModel device_;
    std::unique_ptr<BakingApp> app_;
    ManualClock clock_;
    Deadline deadline_ = Deadline::after(clock_, std::chrono::seconds(1));
    int signatures_ = 0;
};

TEST(Selection, NoSequenceSignsWithAnotherKeyThanTheOneGiven) {
    const auto seed = seed_from_environment();
    int signatures = 0;
    for (std::uint32_t sequence = 0; sequence < 2000; ++sequence) {
        SCOPED_TRACE("BRIDGE_SEED=" + std::to_string(seed) + ", sequence " +
                     std::to_string(sequence));
        Trial trial(seed + sequence);
        for (int i = 0; i < 50; ++i) {
            trial.step();
            ASSERT_FALSE(HasFatalFailure());
        }
        signatures += trial.signatures();
    }
    EXPECT_GT(signatures, 3000);
}

// What the rule protects from: the device would sign with the key that an earlier host left.
TEST(Selection, ANewSessionNeverTrustsWhatIsSelected) {
    ManualClock clock;
    const auto deadline = Deadline::after(clock, std::chrono::seconds(1));
    const auto keys = some_keys();
    DeviceModel device(1);
    device.leave_behind(model_key(keys[1]), model_key(keys[1]));
    BakingApp app(device);
    EXPECT_EQ(app.sign(keys[0], kMessage, deadline).error().code, StatusWord::unauthorised);
    EXPECT_EQ(device.apdus(), 2);
}

}  // namespace
}  // namespace ledger_bridge::apdu
