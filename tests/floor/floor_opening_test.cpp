// The start of a program on its state: what is made, what is refused, and what a person can decide.

#include "daemon/floor/floor_opening.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tests/floor/floor_opening_fixture.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

using test::FloorOpeningTest;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_time;

constexpr uid_t kNobody = 65534;

std::string floor_of(const Result<OpenFloor>& opened) {
    return **opened->store->fact(kFloorFact);
}

// As an editor of databases would do it.
void doctor(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

TEST_F(FloorOpeningTest, TheFirstStartEverNeedsNoDecision) {
    const auto opened = open();
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(opened->news.size(), 1U);
    EXPECT_EQ(floor_of(opened).size(), 32U);
    EXPECT_TRUE(fs::exists(marker()));
}

TEST_F(FloorOpeningTest, ALaterStartKnowsEverythingAndSaysNothing) {
    fill();
    const auto opened = open();
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE(knows_all(*opened->store));
    EXPECT_TRUE(opened->news.empty());
}

TEST_F(FloorOpeningTest, KeepsItsNameFromStartToStart) {
    const auto first = floor_of(open());
    EXPECT_EQ(floor_of(open()), first);
}

TEST_F(FloorOpeningTest, StateWithoutMarkerIsTakenAsItIs) {
    fill();
    fs::remove_all(marker_directory(state()));
    const auto opened = open();
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE(knows_all(*opened->store));
    EXPECT_TRUE(fs::exists(marker()));
}

TEST_F(FloorOpeningTest, AMissingDirectoryIsRefusedAndNotMade) {
    fill();
    fs::remove_all(state());
    expect_refused(Errc::state_missing);
    EXPECT_FALSE(fs::exists(state()));
}

TEST_F(FloorOpeningTest, AMissingFileIsRefusedAndNotMade) {
    fill();
    fs::remove_all(state());
    fs::create_directory(state());
    expect_refused(Errc::state_missing);
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(FloorOpeningTest, RefusalsNameEveryChoice) {
    fill();
    fs::remove_all(state());
    const auto text = open().error().text();
    for (const auto* word : {"reset-hwm", "--first-start", "state.marker"}) {
        EXPECT_NE(text.find(word), std::string::npos) << text;
    }
}

TEST_F(FloorOpeningTest, FirstStartMakesANewFloorWhereOneIsMissing) {
    fill();
    const auto before = MarkerFile::read(marker_directory(state()));
    fs::remove_all(state());
    {
        const auto opened = open(Decision::first_start);
        ASSERT_TRUE(opened) << opened.error().text();
        EXPECT_EQ(opened->news.size(), 1U);
        EXPECT_NE(floor_of(opened), (*before)->floor);
    }
    EXPECT_TRUE(open());
}

TEST_F(FloorOpeningTest, FirstStartKeepsADamagedFileAside) {
    fill();
    const std::string damaged = "no database at all";
    write_file(file(), damaged);
    const auto opened = open(Decision::first_start);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE(opened->store->marks()->empty());
    int kept = 0;
    for (const auto& entry : fs::directory_iterator(state())) {
        const bool aside = entry.path().string().find(".damaged-") != std::string::npos;
        kept += aside && read_file(entry.path()) == damaged ? 1 : 0;
    }
    EXPECT_EQ(kept, 1);
}

TEST_F(FloorOpeningTest, FirstStartNeverReplacesSoundState) {
    fill();
    const auto refused = open(Decision::first_start);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::first_start_refused));
    EXPECT_TRUE(knows_all(*open()->store));
}

TEST_F(FloorOpeningTest, FirstStartDoesNotReplaceWhatCannotBeRead) {
    fill();
    doctor(file(), "PRAGMA user_version = 99");
    const auto refused = open(Decision::first_start);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::store_newer));
}

TEST_F(FloorOpeningTest, AnOlderCopyIsRefused) {
    fill();
    keep();
    {
        const auto later = open();
        ASSERT_TRUE(later->store->commit(
            sample_key(), sample_position(900), sample_digest(9), sample_time(9)));
    }
    fs::remove_all(state());
    fs::copy(directory_.path() / "kept", state());
    expect_refused(Errc::state_older);
}

TEST_F(FloorOpeningTest, AnotherFloorIsRefused) {
    fill();
    const auto other = directory_.path() / "other";
    { ASSERT_TRUE(open_floor(other, {Decision::none, "this machine"})); }
    fs::remove_all(state());
    fs::copy(other, state());
    expect_refused(Errc::state_foreign);
}

TEST_F(FloorOpeningTest, ACopyOnAnotherMachineIsRefusedWithAndWithoutItsMarker) {
    fill();
    for (int round = 0; round < 2; ++round) {
        const auto refused = open(Decision::none, "another machine");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, make_error_code(Errc::state_of_other_machine));
        const auto first = open(Decision::first_start, "another machine");
        ASSERT_FALSE(first);
        EXPECT_EQ(first.error().code, make_error_code(Errc::first_start_refused));
        fs::remove_all(marker_directory(state()));
    }
}

TEST_F(FloorOpeningTest, AdoptingGivesTheStateANewNameAndKeepsItsMarks) {
    fill();
    const auto before = MarkerFile::read(marker_directory(state()));
    {
        const auto adopted = open(Decision::adopt_state, "another machine");
        ASSERT_TRUE(adopted) << adopted.error().text();
        EXPECT_TRUE(knows_all(*adopted->store));
        EXPECT_NE(floor_of(adopted), (*before)->floor);
    }
    EXPECT_TRUE(open(Decision::none, "another machine"));
    expect_refused(Errc::state_of_other_machine);
}

TEST_F(FloorOpeningTest, AdoptingIsRefusedWhereNothingIsWrong) {
    fill();
    const auto refused = open(Decision::adopt_state);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::nothing_to_adopt));
}

TEST_F(FloorOpeningTest, AdoptingDoesNotHelpAgainstMissingState) {
    fill();
    fs::remove_all(state());
    const auto refused = open(Decision::adopt_state);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::state_missing));
}

TEST_F(FloorOpeningTest, AMachineWithoutIdIsNotCompared) {
    fill();
    EXPECT_TRUE(open_floor(state(), {Decision::none, std::nullopt}));
}

TEST_F(FloorOpeningTest, UnreadableStateIsNotMissingState) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "wants to give up root's rights";
    }
    fill();
    fs::permissions(directory_.path(), fs::perms::all);
    fs::permissions(file(), fs::perms::owner_read);
    const auto child = ::fork();
    if (child == 0) {
        const bool dropped = ::setresuid(kNobody, kNobody, kNobody) == 0;
        const auto opened = open();
        const auto first = open(Decision::first_start);
        ::_exit(dropped && !opened && !first &&
                        opened.error().code != make_error_code(Errc::state_missing)
                    ? 0
                    : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_TRUE(knows_all(*open()->store));
}

TEST_F(FloorOpeningTest, WithoutAPlaceForTheMarkerNothingStarts) {
    write_file(marker_directory(state()), "a file where the directory must be");
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::marker_unavailable));
}

TEST(MachineId, IsHashedAndMayBeMissing) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "machine-id";
    EXPECT_FALSE(machine_identity(path));
    std::ofstream(path) << "uninitialized\n";
    EXPECT_FALSE(machine_identity(path));
    std::ofstream(path) << "0123456789abcdef0123456789abcdef\n";
    const auto identity = machine_identity(path);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->size(), 64U);
    EXPECT_EQ(identity->find("0123456789abcdef0123456789abcdef"), std::string::npos);
}

Interchange some_marks() {
    const SignedMark mark{sample_position(7), sample_digest(7), std::nullopt, sample_time(7)};
    return {std::nullopt, {{sample_key(), mark}}, {test::sample_adopted(9)}};
}

Result<OpenFloor> open_to_begin(const fs::path& state, Decision decision) {
    return open_floor(state, {decision, "this machine", some_marks()});
}

void expect_begun(const Result<OpenFloor>& opened) {
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE(opened->made);
    EXPECT_EQ((*opened->store->find(sample_key()))->position, sample_position(7));
    EXPECT_EQ(opened->store->adopted()->size(), 1U);
}

TEST_F(FloorOpeningTest, AFloorThatIsMadeCanBeginWithMarks) {
    expect_begun(open_to_begin(state(), Decision::none));
    const auto again = open();
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_TRUE(*again->store->find(sample_key()));
}

TEST_F(FloorOpeningTest, AFloorThatIsThereDoesNotBeginAgain) {
    fill();
    const auto opened = open_to_begin(state(), Decision::none);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_FALSE(opened->made);
    EXPECT_TRUE(knows_all(*opened->store));
}

TEST_F(FloorOpeningTest, MarksTakeThePlaceOfALostFloor) {
    fill();
    fs::remove_all(state());
    expect_begun(open_to_begin(state(), Decision::first_start));
    EXPECT_TRUE(open());
}

// A crash between the file and its name, with the marker of before.
TEST_F(FloorOpeningTest, AMakingThatWasCutOffCanBeDoneAgain) {
    fill();
    fs::remove_all(state());
    fs::create_directory(state());
    ASSERT_TRUE(open_sqlite_store(state()));
    expect_refused(Errc::state_older);
    expect_begun(open_to_begin(state(), Decision::first_start));
    EXPECT_TRUE(open());
}

TEST_F(FloorOpeningTest, StateWithMarksIsNeverAMakingThatWasCutOff) {
    fill();
    doctor(file(), "DELETE FROM meta WHERE name = 'floor'");
    expect_refused(Errc::state_older);
    const auto opened = open_to_begin(state(), Decision::first_start);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, make_error_code(Errc::first_start_refused));
}

}  // namespace
}  // namespace ledger_bridge::floor
