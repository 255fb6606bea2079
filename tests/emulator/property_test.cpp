// Random sequences of instructions against the statement in property_model: never a signature
// outside the rule, always one inside it. BRIDGE_SEED replays a run, BRIDGE_SEQUENCES sets its
// length.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"
#include "tests/emulator/property_model.hpp"

namespace ledger_bridge::emulator {

namespace {

using model::Step;

constexpr Digest kHmacDigest{0x6c, 0x4e, 0x7e, 0x70, 0x6c, 0x54, 0xd3, 0x67, 0xc8, 0x7a, 0x8d,
                             0x89, 0xc1, 0x6a, 0xdf, 0xe0, 0x6c, 0xb5, 0x68, 0x0c, 0xb7, 0xd1,
                             0x8e, 0x62, 0x5a, 0x90, 0x47, 0x5e, 0xc0, 0xdb, 0xdb, 0x9f};

struct Key {
    KeyId id;
    std::shared_ptr<const KeyPair> pair;
    Bytes path;
    std::uint8_t hmac_byte;
};

Key make(Curve curve, std::uint32_t last) {
    auto path = default_path();
    path.components[3] = kHardened | last;
    ByteWriter bytes;
    bytes.u8(path.count);
    for (const auto component : path.used()) {
        bytes.u32(component);
    }
    const auto pair = trial_keys().find(curve, path);
    return {{curve, path}, pair, bytes.take(), pair->sign(kHmacDigest).front()};
}

// Mostly ed25519, whose signatures are quick; one account's HMAC begins with a zero byte.
const std::vector<Key>& keys() {
    static const auto all = [] {
        std::vector<Key> made{
            make(Curve::ed25519, 0), make(Curve::ed25519, 1), make(Curve::bip32_ed25519, 0)};
        std::uint32_t account = 2;
        while (make(Curve::ed25519, account).hmac_byte != 0) {
            ++account;
        }
        made.push_back(make(Curve::ed25519, account));
        return made;
    }();
    return all;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(engine_() % end); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

    template <class T>
    const T& of(const std::vector<T>& values) {
        return values[below(static_cast<std::uint32_t>(values.size()))];
    }

private:
    std::mt19937_64 engine_;
};

Step random_step(Dice& dice) {
    using Do = Step::Do;
    // As often as they stand here.
    static const std::vector<Do> actions{
        Do::select,  Do::select,         Do::select,    Do::get_key,       Do::message,
        Do::message, Do::message,        Do::message,   Do::message,       Do::message,
        Do::message, Do::message,        Do::reveal,    Do::delegate,      Do::setup,
        Do::setup,   Do::reset,          Do::authorize, Do::deauthorize,   Do::hmac,
        Do::garbage, Do::locked_message, Do::power_cut, Do::quit_and_open, Do::setting};
    static const std::vector<std::uint32_t> chains{
        kMainnet, kMainnet, kMainnet, kGhostnet, 0x01020300, 0};
    static const std::vector<std::uint32_t> high{0x3fffffff, 0x40000000, 0xffffffff, 256};
    Step step;
    step.what = dice.of(actions);
    const auto count = static_cast<std::uint32_t>(keys().size());
    step.key = dice.one_in(4) ? static_cast<int>(dice.below(count)) : 0;
    step.chain = dice.of(chains);
    step.level = dice.one_in(60) ? dice.of(high) : dice.below(6);
    step.round = dice.below(3);
    step.test_level = dice.below(4);
    step.kind = static_cast<Step::Kind>(dice.below(3));
    step.last = !dice.one_in(12);
    step.accepted = !dice.one_in(6);
    step.enabled = dice.one_in(2);
    step.hmac_byte = keys()[static_cast<std::size_t>(step.key)].hmac_byte;
    return step;
}

// Most sequences begin with a device that is ready to sign; the others show what it does before.
Step opening_step(Dice& dice, std::uint32_t number) {
    auto step = random_step(dice);
    if (number < 2 && !dice.one_in(5)) {
        step.what = number == 0 ? Step::Do::setup : Step::Do::select;
        step.key = 0;
        step.level = dice.below(3);
        step.accepted = true;
    }
    return step;
}

Bytes message_of(const Step& step) {
    const auto& key = *keys()[static_cast<std::size_t>(step.key)].pair;
    switch (step.what) {
        case Step::Do::reveal:
            return group(reveal(key));
        case Step::Do::delegate:
            return group(delegation(key, key.hash()));
        default:
            break;
    }
    switch (step.kind) {
        case Step::Kind::block:
            return block(step.chain, step.level, step.round);
        case Step::Kind::preattestation:
            return preattestation(step.chain, step.level, step.round);
        case Step::Kind::attestation:
            break;
    }
    return attestation(step.chain, step.level, step.round);
}

// What the host sends; empty for what is done to the device itself.
Bytes command_of(const Step& step) {
    const auto& key = keys()[static_cast<std::size_t>(step.key)];
    const auto curve = static_cast<std::uint8_t>(key.id.curve);
    switch (step.what) {
        case Step::Do::select:
            return command(0x04, 0x00, curve, key.path);
        case Step::Do::get_key:
            return command(0x02, 0, curve, key.path);
        case Step::Do::message:
        case Step::Do::reveal:
        case Step::Do::delegate:
        case Step::Do::locked_message:
            return command(0x04, step.last ? 0x81 : 0x01, 0, message_of(step));
        case Step::Do::setup:
            return command(0x0a,
                           0,
                           curve,
                           ByteWriter()
                               .u32(step.chain)
                               .u32(step.level)
                               .u32(step.test_level)
                               .bytes(key.path)
                               .take());
        case Step::Do::reset:
            return command(0x06, 0, 0, ByteWriter().u32(step.level).take());
        case Step::Do::authorize:
            return command(0x01, 0, curve, key.path);
        case Step::Do::deauthorize:
            return command(0x0c, 0, 0);
        case Step::Do::hmac:
            return command(0x0e, 0, curve, key.path);
        case Step::Do::garbage:
            return command(0x55, 0, 0);
        case Step::Do::quit_and_open:
            return bytes_of("b0a7000000");
        case Step::Do::power_cut:
        case Step::Do::setting:
            break;
    }
    return {};
}

// The answer to one step, prompts answered as the step says.
std::optional<Answer> perform(Device& device, const Step& step) {
    if (step.what == Step::Do::power_cut) {
        device.power_cycle(AppId::baking);
        return std::nullopt;
    }
    if (step.what == Step::Do::setting) {
        EXPECT_TRUE(device.set_hwm_enabled(step.enabled));
        return std::nullopt;
    }
    if (step.what == Step::Do::locked_message) {
        device.lock();
    }
    auto answer = device.exchange(command_of(step));
    device.unlock();
    if (device.prompt()) {
        answer = step.accepted ? device.accept() : device.reject();
    }
    if (step.what == Step::Do::quit_and_open) {
        EXPECT_TRUE(device.open_app(AppId::baking));
    }
    return answer;
}

std::uint16_t status_of(const std::optional<Answer>& answer) {
    if (!answer) {
        return 0;
    }
    return ByteReader(ByteView(answer->bytes).last(2)).u16();
}

std::string expected_marks(const model::Memory& memory) {
    std::string text;
    for (const auto& mark : {memory.main, memory.test}) {
        text += (text.empty() ? "" : " ") + std::to_string(mark.at.first) + " " +
                std::to_string(mark.at.second);
    }
    return text;
}

struct Tally {
    std::uint64_t signatures = 0;
    std::uint64_t refusals = 0;
};

// Ends at the first difference, which it reports with everything that led to it.
void run_sequence(Dice& dice, Tally& tally) {
    TestDevice test(Confirm::ask);
    model::App app;
    const auto steps = 4 + dice.below(14);
    std::string story;
    for (std::uint32_t i = 0; i < steps; ++i) {
        const auto step = opening_step(dice, i);
        const auto expected = app.expect(step);
        const auto before = test.device.signatures();
        const auto answer = perform(test.device, step);
        story += to_hex(command_of(step)) + "\n";
        ASSERT_EQ(status_of(answer), expected) << story;
        ASSERT_EQ(test.device.signatures() - before, app.signed_last() ? 1U : 0U) << story;
        ASSERT_EQ(test.marks(), expected_marks(app.memory())) << story;
        if (app.signed_last()) {
            ASSERT_EQ(answer->bytes.size(), 66U) << story;
        }
        tally.signatures += app.signed_last() ? 1U : 0U;
        tally.refusals += expected == 0x6a80 ? 1U : 0U;
    }
}

}  // namespace

TEST(Property, SignsExactlyWhatTheRuleAllows) {
    const auto seed = from_environment("BRIDGE_SEED", std::random_device{}());
    const auto sequences = from_environment("BRIDGE_SEQUENCES", 100'000);
    std::printf("BRIDGE_SEED=%llu BRIDGE_SEQUENCES=%llu\n",
                static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(sequences));
    Tally tally;
    for (std::uint64_t i = 0; i < sequences; ++i) {
        // Each sequence has its own seed, so that a failing one replays alone: add its number.
        Dice dice(seed + i);
        run_sequence(dice, tally);
        if (HasFatalFailure()) {
            FAIL() << "sequence " << i << "; replay with BRIDGE_SEED=" << seed + i
                   << " BRIDGE_SEQUENCES=1";
        }
    }
    // Both outcomes must have been common, or the property says little.
    EXPECT_GT(tally.signatures, sequences / 2);
    EXPECT_GT(tally.refusals, sequences / 4);
    std::printf("%llu signatures, %llu refusals by the mark\n",
                static_cast<unsigned long long>(tally.signatures),
                static_cast<unsigned long long>(tally.refusals));
}

}  // namespace ledger_bridge::emulator
