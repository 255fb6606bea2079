// Certificates and keys that can be used, and each way in which they cannot.
#include "daemon/http/tls_context.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "daemon/certificate_watch.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr auto* kNewKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

// A folder with one self-signed pair; the openssl command makes more.
class TlsContextTest : public testing::Test {
protected:
    TlsContextTest() {
        folder_ = testing::TempDir() + fmt::format("ledger-bridge-tls-{}", getpid());
        std::filesystem::create_directories(folder_);
        make_pair("a");
    }
    ~TlsContextTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

    void openssl(const std::string& words) const {
        const auto command = fmt::format("cd {} && openssl {} 2>openssl.log", folder_, words);
        ASSERT_EQ(std::system(command.c_str()), 0) << words;  // NOLINT(concurrency-mt-unsafe)
    }

    void make_pair(const std::string& name) const {
        openssl(
            fmt::format("req -x509 -subj /CN={0} {1} -keyout {0}.key -out {0}.pem", name, kNewKey));
        chmod(path(name + ".key").c_str(), S_IRUSR | S_IWUSR);
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name)) << text;
        chmod(path(name).c_str(), S_IRUSR | S_IWUSR);
    }

    [[nodiscard]] Result<TlsContext> load(const std::string& certificate,
                                          const std::string& key) const {
        return load_tls({.certificate = path(certificate), .key = path(key)});
    }

    void expect_error(const TlsFiles& files, Errc code, const std::string& file) const {
        const auto loaded = load_tls(files);
        ASSERT_FALSE(loaded) << file;
        EXPECT_EQ(loaded.error().code, make_error_code(code)) << loaded.error().text();
        EXPECT_NE(loaded.error().detail.find(path(file)), std::string::npos)
            << loaded.error().text();
    }

    [[nodiscard]] TlsFiles files(const std::string& certificate, const std::string& key) const {
        return {.certificate = path(certificate), .key = path(key)};
    }

private:
    std::string folder_;
};

TEST_F(TlsContextTest, APairIsUsed) {
    const auto loaded = load("a.pem", "a.key");
    EXPECT_TRUE(loaded) << loaded.error().text();
    EXPECT_TRUE(
        load_tls({.certificate = path("a.pem"), .key = path("a.key"), .client_ca = path("a.pem")}));
}

TEST_F(TlsContextTest, FilesThatAreMissingAreNamed) {
    expect_error(files("none.pem", "a.key"), Errc::tls_file, "none.pem: No such file");
    expect_error(files("a.pem", "none.key"), Errc::tls_file, "none.key: No such file");
    auto with_ca = files("a.pem", "a.key");
    with_ca.client_ca = path("none.ca");
    expect_error(with_ca, Errc::tls_file, "none.ca: No such file");
}

TEST_F(TlsContextTest, FilesWithSomethingElseAreNamed) {
    write("text", "no certificate");
    expect_error(files("text", "a.key"), Errc::tls_file, "text");
    expect_error(files("a.pem", "text"), Errc::tls_file, "text");
    auto with_ca = files("a.pem", "a.key");
    with_ca.client_ca = path("text");
    expect_error(with_ca, Errc::tls_file, "text");
}

TEST_F(TlsContextTest, AKeyThatOthersMayOpenIsRefused) {
    for (const mode_t mode : {0604U, 0602U, 0601U}) {
        chmod(path("a.key").c_str(), mode);
        expect_error(files("a.pem", "a.key"), Errc::tls_key_open, "a.key");
    }
    chmod(path("a.key").c_str(), 0640);
    EXPECT_TRUE(load("a.pem", "a.key"));
}

TEST_F(TlsContextTest, AnEncryptedKeyIsRefused) {
    openssl("pkey -in a.key -aes256 -passout pass:secret -out locked.key");
    openssl("pkey -in a.key -aes256 -passout pass: -out empty.key");
    expect_error(files("a.pem", "locked.key"), Errc::tls_key_encrypted, "locked.key");
    expect_error(files("a.pem", "empty.key"), Errc::tls_key_encrypted, "empty.key");
}

TEST_F(TlsContextTest, AKeyOfAnotherCertificateIsRefused) {
    make_pair("b");
    openssl("genrsa -out rsa.key 2048");
    chmod(path("rsa.key").c_str(), S_IRUSR);
    expect_error(files("a.pem", "b.key"), Errc::tls_pair, "b.key");
    expect_error(files("a.pem", "rsa.key"), Errc::tls_pair, "rsa.key");
}

// Runs `what` and gives what was logged meanwhile.
template <class What>
std::string log_of(What what) {
    std::ostringstream text;
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(text)));
    what();
    spdlog::set_default_logger(before);
    return text.str();
}

TEST_F(TlsContextTest, AnExpiredCertificateIsUsed) {
    // Not before and not after, with x509 alone: req has no such options.
    openssl("req -new -key a.key -subj /CN=old -out old.csr");
    openssl("x509 -req -in old.csr -signkey a.key -days -1 -out old.pem");
    const auto loaded = load("old.pem", "a.key");
    ASSERT_TRUE(loaded);
    EXPECT_LT(valid_until(*loaded), std::chrono::system_clock::now());
}

TEST_F(TlsContextTest, TheEndOfACertificateIsToldInGoodTimeAndOnce) {
    using std::chrono::days;
    MetricsRegistry metrics("1");
    CertificateWatch watch(metrics);
    const auto context = load("a.pem", "a.key");
    ASSERT_TRUE(context);
    const auto end = valid_until(*context);
    const auto said = [&watch, end](Duration before) {
        return log_of([&] { watch.look(end - before); });
    };
    EXPECT_EQ(said(days(-1)), "") << "nothing is watched yet";
    watch.watch(*context, files("a.pem", "a.key"));
    EXPECT_EQ(said(days(14)), "");
    EXPECT_NE(said(days(14) - std::chrono::hours(1)).find("a.pem expires in 13 days"),
              std::string::npos);
    EXPECT_EQ(said(days(3)), "");
    EXPECT_NE(said(days(-1)).find("a.pem has expired"), std::string::npos);
    EXPECT_EQ(said(days(-2)), "");
    EXPECT_EQ(said(days(2)), "") << "the clock went back";
    watch.watch(*context, files("a.pem", "a.key"));
    EXPECT_NE(said(days(-1)).find("has expired"), std::string::npos) << "after a reload";
}

TEST_F(TlsContextTest, TheEndOfACertificateIsReadAsItSays) {
    const auto begun = std::chrono::system_clock::now();
    openssl("req -new -key a.key -subj /CN=b -out b.csr");
    openssl("x509 -req -in b.csr -signkey a.key -days 90 -out b.pem");
    const auto context = load("b.pem", "a.key");
    ASSERT_TRUE(context);
    const auto life = valid_until(*context) - begun;
    EXPECT_GT(life, std::chrono::days(90) - std::chrono::seconds(2));
    EXPECT_LT(life, std::chrono::days(90) + std::chrono::minutes(1));
    MetricsRegistry metrics("1");
    CertificateWatch(metrics).watch(*context, files("b.pem", "a.key"));
    EXPECT_EQ(metrics.text().find("tls_certificate_not_after_seconds 0\n"), std::string::npos);
}

}  // namespace
}  // namespace ledger_bridge::daemon
