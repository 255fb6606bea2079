// One property above all: for one key, chain, kind, level and round, one message is ever released.
#include <map>
#include <random>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "daemon/floor/sqlite_store.hpp"
#include "daemon/mark_keeper.hpp"
#include "daemon/signer.hpp"
#include "tests/daemon/desk.hpp"
#include "tests/floor/messages.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::daemon::test {
namespace {

using floor::test::Block;
using floor::test::Vote;

constexpr int kLives = 40;
constexpr int kRequestsPerLife = 60;

// What a client received: by kind, level and round, the messages and their signatures.
using Place = std::tuple<int, std::uint32_t, std::uint32_t>;
using Released = std::map<Place, std::set<Bytes>>;

// The daemon between two restarts, on a device and a state directory that outlive it.
class Life {
public:
    Life(Desk& desk, const std::filesystem::path& directory)
        : desk_(desk),
          session_({.device = "desk"},
                   desk.opener(),
                   {.admit = [this](const DeviceFacts& facts) { return keeper_(facts); }},
                   desk.clock()) {
        auto inner = floor::open_sqlite_store(directory);
        auto failing = std::make_unique<FailingStore>(std::move(*inner));
        store_ = failing.get();
        floor_ = std::move(*floor::StoreThread::start(std::move(failing), desk.clock()));
        keeper_ = mark_keeper(*floor_, desk.clock());
        signer_ = std::make_unique<Signer>(
            SignerOptions{}, session_, *floor_, desk.clock(), [](const SignatureReport&) {});
    }

    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }

    Result<apdu::Signature> sign(const apdu::KeyHash& key, const Bytes& message) {
        const auto now = desk_.clock().now();
        SignJob job({.key = key,
                     .message = message,
                     .received = now,
                     .deadline = Deadline(desk_.clock(), now + std::chrono::seconds{4})},
                    [](const Result<apdu::Signature>&) {});
        return signer_->sign(job, [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    FailingStore& store() { return *store_; }

private:
    Desk& desk_;
    DeviceSession session_;
    std::function<Result<void>(const DeviceFacts&)> keeper_;
    FailingStore* store_ = nullptr;
    std::unique_ptr<floor::StoreThread> floor_;
    std::unique_ptr<Signer> signer_;
};

class Dice {
public:
    explicit Dice(int seed) : engine_(static_cast<unsigned>(seed)) {}

    std::uint32_t below(std::uint32_t end) {
        return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(engine_);
    }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

private:
    std::mt19937 engine_;
};

// A message near `level`, one of three that compete for its place.
std::pair<Place, Bytes> random_message(Dice& dice, std::uint32_t level) {
    const auto wanted = level + dice.below(3) - 1;
    const auto round = dice.below(3);
    const auto variant = dice.below(3);
    const int kind = static_cast<int>(dice.below(3));
    if (kind == 0) {
        const Block block{
            .level = wanted, .fitness_level = wanted, .round = round, .payload_round = variant};
        return {{kind, wanted, round}, block.bytes()};
    }
    if (kind == 1) {
        auto vote = Vote{.magic = 0x12, .operation = 0x14, .level = wanted, .round = round}.bytes();
        vote.back() = static_cast<std::uint8_t>(variant);
        return {{kind, wanted, round}, vote};
    }
    const Vote vote{.operation = 0x17,
                    .level = wanted,
                    .round = round,
                    .dal = {static_cast<std::uint8_t>(variant)}};
    return {{kind, wanted, round}, vote.bytes()};
}

void disturb(Dice& dice, Desk& desk, Life& life, std::uint32_t level) {
    switch (dice.below(8)) {
        case 0:
            desk.fail_next_sign(static_cast<Fault>(dice.below(4)));
            break;
        case 1:
            dice.one_in(2) ? desk.unplug() : desk.plug();
            break;
        case 2:
            desk.device().power_cycle(emulator::AppId::baking);
            break;
        case 3:
            dice.one_in(2) ? desk.device().lock() : desk.device().unlock();
            break;
        case 4:  // half asleep: the device is set back below what was signed
            desk.authorise(level > 3 ? level - dice.below(3) : level);
            break;
        case 5:
            life.store().full = dice.one_in(2);
            break;
        default:
            life.step();
    }
}

TEST(SigningProperty, NoTwoMessagesAreReleasedForOnePlace) {
    const int seed = floor::test::random_seed();
    Dice dice(seed);
    const floor::test::TemporaryDirectory directory;
    Desk desk;
    desk.authorise(100);
    const auto key = *apdu::parse_key_hash("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    Released released;
    std::size_t signatures = 0;
    std::uint32_t level = 101;
    for (int life_number = 0; life_number < kLives; ++life_number) {
        Life life(desk, directory.path());
        for (int request = 0; request < kRequestsPerLife; ++request) {
            if (dice.one_in(4)) {
                disturb(dice, desk, life, level);
            }
            const auto [place, message] = random_message(dice, level);
            if (life.sign(key, message)) {
                released[place].insert(message);
                ++signatures;
            }
            level += dice.one_in(3) ? 1U : 0U;
        }
        desk.plug();
        desk.device().unlock();
    }
    for (const auto& [place, messages] : released) {
        EXPECT_EQ(messages.size(), 1U) << "kind " << std::get<0>(place) << " level "
                                       << std::get<1>(place) << " round " << std::get<2>(place);
    }
    EXPECT_GT(signatures, 100U) << "the disturbances left hardly anything to compare";
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
