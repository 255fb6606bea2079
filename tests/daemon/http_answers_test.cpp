#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/watermark.hpp"
#include "daemon/http/answers.hpp"
#include "driver/errors.hpp"
#include "tests/floor/messages.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::daemon {
namespace {

using apdu::StatusWord;

// The message of the one error in the array; fails the test when it is any other shape.
std::string message(const HttpAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    const auto shaped = json.is_array() && json.size() == 1 && json[0].size() == 3 &&
                        json[0].value("kind", "") == "temporary" &&
                        json[0].value("id", "") == "failure";
    EXPECT_TRUE(shaped) << answer.body;
    return shaped ? json[0].value("msg", "") : "";
}

bool begins_with(const std::string& text, const std::string& beginning) {
    return text.rfind(beginning, 0) == 0;
}

TEST(Answers, BodiesAreExactToTheByte) {
    EXPECT_EQ(signature_answer("edsig1").body, "{\"signature\":\"edsig1\"}\n");
    EXPECT_EQ(public_key_answer("edpk1").body, "{\"public_key\":\"edpk1\"}\n");
    EXPECT_EQ(authorized_keys_answer(std::nullopt).body, "{}\n");
    EXPECT_EQ(authorized_keys_answer(std::vector<std::string>{"tz1a", "tz1b"}).body,
              "{\"authorized_keys\":[\"tz1a\",\"tz1b\"]}\n");
    EXPECT_EQ(authorized_keys_answer(std::vector<std::string>{}).body,
              "{\"authorized_keys\":[]}\n");
    EXPECT_EQ(known_keys_answer(std::vector<std::string>{"tz1a"}).body,
              "{\"known_keys\":[\"tz1a\"]}\n");
    EXPECT_EQ(known_keys_answer({}).body, "{\"known_keys\":[]}\n");
    EXPECT_EQ(signature_answer("x").content_type, "application/json");
    EXPECT_EQ(signature_answer("x").status, 200U);
}

TEST(Answers, HealthNamesWhatDisturbsAReadyDaemon) {
    const auto disturbed = health_answer({.details = {"usb: x"}, .warnings = {"usb: x"}});
    EXPECT_EQ(disturbed.status, 200U);
    EXPECT_EQ(disturbed.body,
              "{\"ready\":true,\"reasons\":[],\"device\":null,\"store\":null,\"role\":null,"
              "\"warnings\":[\"usb: x\"]}\n");
}

TEST(Answers, HealthIsReadyWithoutReasons) {
    const auto ready = health_answer({.device = "tcp://127.0.0.1:9999", .store = "ok"});
    EXPECT_EQ(ready.status, 200U);
    EXPECT_EQ(ready.body,
              "{\"ready\":true,\"reasons\":[],\"device\":\"tcp://127.0.0.1:9999\","
              "\"store\":\"ok\",\"role\":null}\n");
    const auto waiting = health_answer({.reasons = {"locked", "store"}});
    EXPECT_EQ(waiting.status, 503U);
    EXPECT_EQ(waiting.body,
              "{\"ready\":false,\"reasons\":[\"locked\",\"store\"],\"device\":null,"
              "\"store\":null,\"role\":null}\n");
}

TEST(Answers, TheErrorArrayIsExactToTheByte) {
    const auto answer = error_answer(fail(Errc::locked));
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.body,
              "[{\"kind\":\"temporary\",\"id\":\"failure\",\"msg\":\"the Ledger is locked; "
              "enter the PIN on the device\"}]\n");
}

TEST(Answers, WordsThatScriptsMatchComeFirst) {
    EXPECT_TRUE(
        begins_with(message(error_answer(magic_byte_error(0x04))), "magic byte 0x04 not allowed"));
    EXPECT_TRUE(begins_with(message(error_answer(fail(Errc::known_keys_off))),
                            "List known keys request not allowed"));
    EXPECT_TRUE(begins_with(message(error_answer(fail(Errc::possession_off))),
                            "Request to prove possession is not allowed"));
    EXPECT_TRUE(begins_with(message(error_answer(unknown_key_error("tz1abc"))),
                            "no keys for the source contract tz1abc"));
}

// What a client reads of a message that these marks refuse.
std::string refusal(const floor::Payload& payload, const floor::KnownMarks& marks) {
    const auto verdict = floor::decide(payload, marks);
    return verdict ? "allowed" : message(error_answer(verdict.error()));
}

floor::Payload vote(std::uint32_t level, std::uint32_t round) {
    return {floor::Kind::preattestation, apdu::kMainnet, {level}, {round}, {1}};
}

TEST(Answers, ARefusalByTheHostsMarkIsExactToTheLetter) {
    const floor::KnownMarks marks{.signed_mark = floor::SignedMark{{{9}, {2}}, {}, {}, {}},
                                  .device = floor::Position{{9}, {2}}};
    const std::string rest =
        "; refused by the host's signed mark; host's mark (9,2), device's mark (9,2): ";
    const std::string advice =
        "; nothing to do if the baker was catching up; otherwise look for a second baker";
    EXPECT_EQ(refusal(vote(4, 5), marks),
              "preattestation level 4 below high watermark 9" + rest +
                  "signing this could be a double signature: its level is below the watermark" +
                  advice);
    EXPECT_EQ(refusal(vote(9, 1), marks),
              "preattestation level 9 and round 1 not above high watermark (9,2)" + rest +
                  "signing this could be a double signature: it is not above the watermark" +
                  advice);
    EXPECT_EQ(refusal(vote(9, 2), marks),
              "preattestation level 9 and round 2 already signed with different data" + rest +
                  "this would be a double signature; look for a second baker that uses this key");
}

TEST(Answers, ARefusalByAnAdoptedLevelIsExactToTheLetter) {
    EXPECT_EQ(refusal(vote(4, 0), {.adopted = apdu::Level{9}, .adopted_from = "an import"}),
              "preattestation level 4 below high watermark 9; refused by the host's adopted level; "
              "host's mark none, levels up to 9 taken as used from an import, device's mark none: "
              "signing this could be a double signature: its level is below the watermark; nothing "
              "to do if the baker was catching up; otherwise look for a second baker");
}

TEST(Answers, ARefusalByTheDevicesMarkIsExactToTheLetter) {
    EXPECT_EQ(refusal(vote(4, 0), {.device = floor::Position{{9}, {2}}}),
              "preattestation level 4 below high watermark 9; refused by the device's mark; host's "
              "mark none, device's mark (9,2): the device's own watermark refuses this; wait until "
              "the chain is above the mark, or lower it with reset-hwm if it is wrong");
}

// The signer adds the device's mark: its own tests have the whole sentence.
TEST(Answers, AConflictInTheStoreBeginsWithTheWordsOfOctez) {
    const floor::test::TemporaryDirectory directory;
    const auto store = floor::open_sqlite_store(directory.path());
    ASSERT_TRUE(store) << store.error().text();
    const floor::MarkKey key{{}, apdu::kMainnet, floor::Kind::preattestation};
    ASSERT_TRUE((*store)->commit(key, {{9}, {2}}, {1}, {}));
    const auto conflict = [&](std::uint32_t level, std::uint32_t round) {
        return message(error_answer((*store)->commit(key, {{level}, {round}}, {2}, {}).error()));
    };
    const std::string by = "; refused by the host's signed mark; ";
    EXPECT_TRUE(begins_with(conflict(4, 5), "preattestation level 4 below high watermark 9" + by));
    EXPECT_TRUE(begins_with(
        conflict(9, 1), "preattestation level 9 and round 1 not above high watermark (9,2)" + by));
    EXPECT_TRUE(
        begins_with(conflict(9, 2),
                    "preattestation level 9 and round 2 already signed with different data" + by));
}

TEST(Answers, WhatIsWrongWithAMessageComesFirst) {
    const auto far = floor::parse_payload(floor::test::Vote{.level = 0x40000000}.bytes());
    const auto none = floor::parse_payload(Bytes{0x13, 0x00});
    ASSERT_FALSE(far || none);
    for (const auto& error : {far.error(), none.error()}) {
        EXPECT_FALSE(error.detail.empty());
        EXPECT_TRUE(begins_with(message(error_answer(error)), error.detail));
    }
}

TEST(Answers, SentenceAndAdviceAreKeptBesideThoseWords) {
    const auto text = message(error_answer(magic_byte_error(0x04)));
    EXPECT_NE(text.find("this kind of message is not signed here"), std::string::npos) << text;
    EXPECT_NE(text.find("magic-bytes"), std::string::npos) << text;
}

// The contract's table, written down a second time.
TEST(Answers, StatusesAreTheContracts) {
    const std::vector<std::pair<error_code, unsigned>> table{
        {make_error_code(Errc::bad_body), 400},
        {make_error_code(Errc::bad_request), 400},
        {make_error_code(floor::Errc::bad_message), 400},
        {make_error_code(floor::Errc::level_out_of_range), 400},
        {make_error_code(StatusWord::parse_error), 400},
        {make_error_code(Errc::magic_byte), 403},
        {make_error_code(Errc::kind_refused), 403},
        {make_error_code(Errc::reveal_unsafe), 403},
        {make_error_code(Errc::chain_refused), 403},
        {make_error_code(Errc::tz4_refused), 403},
        {make_error_code(Errc::page_refused), 403},
        {make_error_code(floor::Errc::tz4_message), 403},
        {make_error_code(Errc::known_keys_off), 403},
        {make_error_code(Errc::possession_off), 403},
        {make_error_code(StatusWord::refused_by_user), 403},
        {make_error_code(Errc::nonces_off), 403},
        {make_error_code(Errc::authentication_missing), 401},
        {make_error_code(Errc::authentication_invalid), 401},
        {make_error_code(Errc::unknown_key), 404},
        {make_error_code(Errc::no_such_path), 404},
        {make_error_code(Errc::method_refused), 405},
        {make_error_code(Errc::body_too_large), 413},
        {make_error_code(Errc::header_too_large), 431},
        {make_error_code(Errc::method_unknown), 501},
        {make_error_code(floor::Errc::below_watermark), 409},
        {make_error_code(floor::Errc::not_above_watermark), 409},
        {make_error_code(floor::Errc::different_data), 409},
        {make_error_code(floor::Errc::device_watermark), 409},
        {make_error_code(floor::Errc::commit_conflict), 409},
        {make_error_code(floor::Errc::level_jump), 409},
        {make_error_code(StatusWord::watermark_or_bad_data), 409},
        {make_error_code(Errc::no_device_yet), 503},
        {make_error_code(Errc::device_absent), 503},
        {make_error_code(Errc::prompting), 503},
        {make_error_code(Errc::queue_full), 503},
        {make_error_code(Errc::client_queue_full), 503},
        {make_error_code(Errc::deadline_passed), 503},
        {make_error_code(Errc::store_not_ready), 503},
        {make_error_code(floor::Errc::store_unavailable), 503},
        {make_error_code(floor::Errc::store_full), 503},
        {make_error_code(driver::Errc::no_device), 503},
        {make_error_code(driver::Errc::disconnected), 503},
        {make_error_code(driver::Errc::timed_out), 503},
        {make_error_code(driver::Errc::permission_denied), 503},
        {make_error_code(driver::Errc::device_busy), 503},
        {make_error_code(driver::Errc::no_hid_driver), 503},
        {make_error_code(driver::Errc::bootloader), 503},
        {make_error_code(driver::Errc::unknown_product), 503},
        {make_error_code(apdu::Errc::no_app_open), 503},
        {make_error_code(Errc::app_crashed), 503},
        {make_error_code(StatusWord::locked), 503},
        {make_error_code(StatusWord::unauthorised), 503},
        {make_error_code(StatusWord::unknown_instruction), 503},
        {make_error_code(StatusWord::unknown_class), 503},
        {make_error_code(Errc::internal), 500},
        {make_error_code(Errc::wrong_signature), 503},
        {make_error_code(StatusWord::bad_parameters), 503},
        {error_code(0x6fff, make_error_code(StatusWord::ok).category()), 503},
        {make_error_code(boost::system::errc::not_enough_memory), 500},
    };
    for (const auto& [code, status] : table) {
        EXPECT_EQ(http_status(code), status) << code.message();
        EXPECT_EQ(error_answer({code, ""}).status, status) << code.message();
    }
}

TEST(Answers, OnlyTheseOfTheDaemonsOwnCodesAre500) {
    // All but the last end no request: they stop the start, or are a warning.
    const std::set<std::string_view> expected{"bad_option",
                                              "restart_needed",
                                              "bad_authorized_keys",
                                              "tls_file",
                                              "tls_key_open",
                                              "tls_key_encrypted",
                                              "tls_pair",
                                              "listen_failed",
                                              "handed_socket",
                                              "foreign_reports",
                                              "internal"};
    std::set<std::string_view> found;
    for (const auto& row : error_rows()) {
        if (http_status(make_error_code(static_cast<Errc>(row.value))) == 500U) {
            found.insert(row.id);
        }
    }
    EXPECT_EQ(found, expected);
}

TEST(Answers, AnyBytesInADetailGiveValidJson) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string detail{'a', static_cast<char>(byte), '"', '\\'};
        const auto answer = error_answer(fail(Errc::bad_request, detail));
        EXPECT_NE(message(answer).find('a'), std::string::npos) << byte;
    }
    EXPECT_NE(signature_answer("\xff").body.find("\xef\xbf\xbd"), std::string::npos);
}

TEST(Answers, FixedRoutesAnswerByThemselves) {
    const auto status = [](const Route& route) {
        const auto answer = fixed_answer(route);
        return answer ? answer->status : 0U;
    };
    EXPECT_EQ(status(NotFound{}), 404U);
    EXPECT_EQ(status(MethodNotAllowed{"GET"}), 405U);
    EXPECT_EQ(status(Options{"GET"}), 200U);
    EXPECT_EQ(status(NotImplemented{}), 501U);
    EXPECT_EQ(status(BadQuery{"why"}), 400U);
    EXPECT_EQ(status(PagePostsKey{}), 403U);
    EXPECT_EQ(status(BlsProvePossession{}), 403U);
    EXPECT_EQ(fixed_answer(MethodNotAllowed{"GET, OPTIONS"})->allow, "GET, OPTIONS");
    EXPECT_EQ(fixed_answer(Options{"GET, OPTIONS"})->allow, "GET, OPTIONS");
    for (const Route& route : {Route{GetAuthorizedKeys{}},
                               Route{GetKey{}},
                               Route{PostKey{}},
                               Route{GetKnownKeys{}},
                               Route{Healthz{}},
                               Route{Statusz{}},
                               Route{MetricsPage{}},
                               Route{Index{}}}) {
        EXPECT_EQ(status(route), 0U) << route_name(route);
    }
}

}  // namespace
}  // namespace ledger_bridge::daemon
