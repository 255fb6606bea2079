#include "tests/apdu/emulator_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "driver/resolve.hpp"
#include "driver/tcp_connect.hpp"
#include "driver/tcp_stream.hpp"

#include <spawn.h>

namespace ledger_bridge::apdu {

namespace {

using namespace std::chrono_literals;

void check(bool good, const std::string& what) {
    if (!good) {
        throw std::runtime_error("emulator: " + what);
    }
}

// Starts the binary with its standard output in `output`.
pid_t start(int output) {
    std::array<std::string, 7> words{BIN_DIR "/ledger-emulator",
                                     "--apdu-port",
                                     "0",
                                     "--control-port",
                                     "0",
                                     "--confirm",
                                     "accept"};
    std::array<char*, 8> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        arguments[i] = words[i].data();
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t process = -1;
    const int error =
        ::posix_spawn(&process, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    check(error == 0, "cannot start " + words[0]);
    return process;
}

// "apdu 127.0.0.1:40123" gives 40123.
std::uint16_t port_of(const std::string& line) {
    const auto colon = line.rfind(':');
    check(colon != std::string::npos, "no port in '" + line + "'");
    return static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
}

std::string read_to_end(driver::TcpStream& stream, const Deadline& deadline) {
    std::string text;
    while (true) {
        const auto byte = stream.receive(1, deadline);
        if (!byte) {
            return text;
        }
        text += static_cast<char>(byte->front());
    }
}

}  // namespace

EmulatorProcess::EmulatorProcess() {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
    output_ = driver::FileDescriptor(ends[0]);
    const driver::FileDescriptor input(ends[1]);
    process_ = start(input.get());
    for (int i = 0; i < 2; ++i) {
        const auto line = read_line();
        (line.starts_with("apdu ") ? apdu_port_ : control_port_) = port_of(line);
    }
}

EmulatorProcess::~EmulatorProcess() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

std::string EmulatorProcess::read_line() {
    std::string line;
    char letter = 0;
    while (::read(output_.get(), &letter, 1) == 1 && letter != '\n') {
        line += letter;
    }
    return line;
}

std::string EmulatorProcess::request(const std::string& head, const std::string& body) {
    const auto deadline = Deadline::after(clock_, 10s);
    const auto addresses = driver::resolve("127.0.0.1", control_port_, deadline).value();
    auto socket = driver::connect_socket(addresses.front(), deadline).value();
    auto stream = driver::TcpStream::open(std::move(socket)).value();
    const auto text =
        head + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    check(stream.send(as_bytes(text), deadline).has_value(), "control port");
    const auto answer = read_to_end(stream, deadline);
    check(answer.starts_with("HTTP/1.1 200"), head + ": " + answer);
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

nlohmann::json EmulatorProcess::state() {
    return nlohmann::json::parse(request("GET /state", ""));
}

void EmulatorProcess::post(const std::string& path, const std::string& body) {
    request("POST " + path, body);
}

}  // namespace ledger_bridge::apdu
