#include "daemon/floor/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

unsigned mode_of(const fs::path& path) {
    struct stat found {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0);
    return found.st_mode & 0777U;
}

void touch(const fs::path& path) {
    std::ofstream(path) << "x";
}

template <class Value>
void expect_error(const Result<Value>& result, Errc code) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(code)) << result.error().detail;
}

// Runs `check` in a child that is no longer root, since permissions do not stop root.
bool true_without_privilege(const std::function<bool()>& check) {
    const auto child = ::fork();
    if (child == 0) {
        const bool dropped = ::geteuid() != 0 || ::setresuid(kNobody, kNobody, kNobody) == 0;
        ::_exit(dropped && check() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class StateDirectoryTest : public ::testing::Test {
protected:
    [[nodiscard]] fs::path path(std::string_view name) const { return directory_.path() / name; }

    test::TemporaryDirectory directory_;
};

TEST_F(StateDirectoryTest, IsCreatedForItsOwnerAloneWithItsParents) {
    const auto created = StateDirectory::create(path("a/b/c/"));
    ASSERT_TRUE(created) << created.error().text();
    for (const auto* name : {"a", "a/b", "a/b/c"}) {
        EXPECT_EQ(mode_of(path(name)), 0700U) << name;
    }
    EXPECT_TRUE(fs::equivalent(created->path(), path("a/b/c")));
}

TEST_F(StateDirectoryTest, KeepsWhatIsThere) {
    touch(path("state"));
    ASSERT_TRUE(StateDirectory::create(directory_.path()));
    EXPECT_TRUE(fs::exists(path("state")));
}

TEST_F(StateDirectoryTest, HasOneHolderWhoseProcessIsNamed) {
    const auto first = StateDirectory::create(path("a"));
    ASSERT_TRUE(first);
    for (const auto& second : {StateDirectory::create, StateDirectory::open}) {
        const auto refused = second(path("a"));
        expect_error(refused, Errc::store_locked);
        EXPECT_NE(refused.error().detail.find("process " + std::to_string(::getpid())),
                  std::string::npos)
            << refused.error().detail;
    }
}

TEST_F(StateDirectoryTest, HasOneHolderAlsoWhenItsLockFileIsDeleted) {
    {
        const auto first = StateDirectory::create(path("a"));
        ASSERT_TRUE(first);
        for (int time = 0; time < 2; ++time) {
            fs::remove(path("a/lock"));
            expect_error(StateDirectory::open(path("a")), Errc::store_locked);
            EXPECT_FALSE(fs::exists(path("a/lock"))) << "it is the holder's to make";
        }
    }
    EXPECT_TRUE(StateDirectory::open(path("a")));
}

// As an earlier release locks it.
TEST_F(StateDirectoryTest, RespectsALockOfTheFileAlone) {
    { ASSERT_TRUE(StateDirectory::create(path("a"))); }
    const int file = ::open(path("a/lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(file, LOCK_EX | LOCK_NB), 0);
    expect_error(StateDirectory::open(path("a")), Errc::store_locked);
    ::close(file);
    EXPECT_TRUE(StateDirectory::open(path("a")));
}

TEST_F(StateDirectoryTest, IsFreeAfterItsHolder) {
    { ASSERT_TRUE(StateDirectory::create(path("a"))); }
    EXPECT_TRUE(StateDirectory::open(path("a")));
}

TEST_F(StateDirectoryTest, IsFreeAfterTheDeathOfItsHolder) {
    const auto child = ::fork();
    if (child == 0) {
        const auto held = StateDirectory::create(path("a"));
        ::_exit(held ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    EXPECT_TRUE(StateDirectory::open(path("a")));
}

TEST_F(StateDirectoryTest, StaysHeldWhenItsHolderMoves) {
    auto created = StateDirectory::create(path("a"));
    ASSERT_TRUE(created);
    {
        const StateDirectory moved = *std::move(created);
        EXPECT_EQ(moved.path(), path("a"));
        expect_error(StateDirectory::open(path("a")), Errc::store_locked);
    }
    EXPECT_TRUE(StateDirectory::open(path("a")));
}

TEST_F(StateDirectoryTest, IsNotCreatedByOpening) {
    expect_error(StateDirectory::open(path("a")), Errc::no_state_directory);
    EXPECT_FALSE(fs::exists(path("a")));
}

TEST_F(StateDirectoryTest, IsNoFile) {
    touch(path("a"));
    expect_error(StateDirectory::create(path("a")), Errc::bad_state_directory);
    expect_error(StateDirectory::create(path("a/b")), Errc::bad_state_directory);
    expect_error(StateDirectory::open(path("a")), Errc::bad_state_directory);
}

TEST_F(StateDirectoryTest, DoesNotFollowALinkInPlaceOfItsLock) {
    fs::create_symlink(path("elsewhere"), path("lock"));
    expect_error(StateDirectory::create(directory_.path()), Errc::bad_state_directory);
    EXPECT_FALSE(fs::exists(path("elsewhere")));
}

TEST_F(StateDirectoryTest, SaysThatItCannotBeCreatedOrWritten) {
    fs::permissions(directory_.path(),
                    fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                        fs::perms::others_exec);
    EXPECT_TRUE(true_without_privilege([this] {
        const auto created = StateDirectory::create(path("a"));
        return !created && created.error().code == make_error_code(Errc::bad_state_directory);
    }));
    EXPECT_TRUE(true_without_privilege([this] {
        const auto opened = StateDirectory::open(directory_.path());
        return !opened && opened.error().code == make_error_code(Errc::bad_state_directory);
    }));
    fs::permissions(directory_.path(), fs::perms::owner_all);
}

// Where the daemon keeps its state -----------------------------------------------------------

TEST(StatePlaces, AreTakenInTheOrderOfTheContract) {
    StatePlaces places{.option = "/option",
                       .state_directory = "/systemd:/second",
                       .xdg_state_home = "/xdg",
                       .home = "/home/baker",
                       .root = true};
    EXPECT_EQ(*daemon_state_directory(places), "/option");
    places.option.reset();
    EXPECT_EQ(*daemon_state_directory(places), "/systemd");
    places.state_directory.reset();
    EXPECT_EQ(*daemon_state_directory(places), "/var/lib/ledger-bridge");
    places.root = false;
    EXPECT_EQ(*daemon_state_directory(places), "/xdg/ledger-bridge");
    places.xdg_state_home = "relative";
    EXPECT_EQ(*daemon_state_directory(places), "/home/baker/.local/state/ledger-bridge");
    places.home.reset();
    expect_error(daemon_state_directory(places), Errc::bad_state_directory);
}

TEST(StatePlaces, ComeFromTheEnvironment) {
    // NOLINTBEGIN(concurrency-mt-unsafe): this process has one thread
    ::setenv("STATE_DIRECTORY", "/from/systemd", 1);
    ::setenv("XDG_STATE_HOME", "", 1);
    ::setenv("HOME", "/home/baker", 1);
    // NOLINTEND(concurrency-mt-unsafe)
    const auto places = state_places("/option");
    EXPECT_EQ(places.option, "/option");
    EXPECT_EQ(places.state_directory, "/from/systemd");
    EXPECT_EQ(places.xdg_state_home, std::nullopt);
    EXPECT_EQ(places.home, "/home/baker");
    EXPECT_EQ(places.root, ::geteuid() == 0);
}

// Where the tools find it --------------------------------------------------------------------

class FindStateDirectory : public StateDirectoryTest {
protected:
    // Nothing exists yet of these.
    [[nodiscard]] StatePlaces places() const {
        return {.xdg_state_home = path("xdg").string(), .system = path("system")};
    }
    [[nodiscard]] fs::path user() const { return path("xdg/ledger-bridge"); }

    void make_user_store() const {
        fs::create_directories(user());
        touch(user() / kStoreFile);
    }
};

TEST_F(FindStateDirectory, FindsNothingWhereNothingIsAndCreatesNothing) {
    expect_error(find_state_directory(places()), Errc::no_state_directory);
    EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(FindStateDirectory, PrefersTheSystemsToTheUsers) {
    make_user_store();
    EXPECT_EQ(*find_state_directory(places()), user());
    fs::create_directory(path("system"));
    EXPECT_EQ(*find_state_directory(places()), path("system"));
}

TEST_F(FindStateDirectory, TakesNoPrivateDirectoryWithoutAStore) {
    fs::create_directories(user());
    expect_error(find_state_directory(places()), Errc::no_state_directory);
}

TEST_F(FindStateDirectory, TakesWhatIsGivenOrNothing) {
    make_user_store();
    fs::create_directory(path("system"));
    auto given = places();
    given.state_directory = path("given").string();
    expect_error(find_state_directory(given), Errc::no_state_directory);
    fs::create_directory(path("given"));
    EXPECT_EQ(*find_state_directory(given), path("given"));
    given.option = path("option").string();
    expect_error(find_state_directory(given), Errc::no_state_directory);
    fs::create_directory(path("option"));
    EXPECT_EQ(*find_state_directory(given), path("option"));
}

TEST_F(FindStateDirectory, DoesNotPassOverWhatItMayNotSee) {
    fs::create_directories(path("closed/system"));
    fs::permissions(directory_.path(), fs::perms::all);
    fs::permissions(path("closed"), fs::perms::none);
    make_user_store();
    EXPECT_TRUE(true_without_privilege([this] {
        auto hidden = places();
        hidden.system = path("closed/system");
        const auto found = find_state_directory(hidden);
        return !found && found.error().code == make_error_code(Errc::bad_state_directory);
    }));
    fs::permissions(path("closed"), fs::perms::owner_all);
}

}  // namespace
}  // namespace ledger_bridge::floor
