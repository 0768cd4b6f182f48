local flights = require("kong.plugins.token-introspection.flight")
local semaphores = require("ngx.semaphore")

-- A time that no test of this file waits for.
local function far()
  return ngx.now() + 60
end

local function failed(cause)
  return { failed = cause }
end

-- Gives every light thread that can run its turn.
local function let_others_run()
  ngx.sleep(0)
  ngx.sleep(0.001)
end

-- Joins as many requests would, each in a light thread of its own.
local function joining(all, key, count, journey)
  local threads = {}
  for index = 1, count do
    threads[index] = ngx.thread.spawn(function() return flights.join(all, key, far(), journey, failed) end)
  end
  return threads
end

local function outcomes_of(threads)
  local outcomes = {}
  for index, thread in ipairs(threads) do
    local good, outcome = ngx.thread.wait(thread)
    assert.is_true(good)
    outcomes[index] = outcome
  end
  return outcomes
end

describe("one flight per token and worker (design section 6)", function()
  it("50 requests cost one call, and share its answer", function()
    local all, gate, calls = flights.createFlights(), semaphores.new(), 0
    local answer = {}
    local threads = joining(all, "token", 50, function()
      calls = calls + 1
      gate:wait(60)
      return answer
    end)
    let_others_run()
    gate:post(1)
    for _, outcome in ipairs(outcomes_of(threads)) do assert.equal(answer, outcome) end
    assert.equal(1, calls)
    assert.is_nil(next(all.underWay))
  end)

  it("a call that yields nowhere lands as well", function()
    local all = flights.createFlights()
    assert.equal("answer", flights.join(all, "token", far(), function() return "answer" end, failed))
    assert.is_nil(next(all.underWay))
  end)

  it("other tokens fly by themselves", function()
    local all, gate = flights.createFlights(), semaphores.new()
    local slow = joining(all, "slow", 2, function()
      gate:wait(60)
      return "slow"
    end)
    assert.equal("quick", flights.join(all, "quick", far(), function() return "quick" end, failed))
    gate:post(1)
    assert.same({ "slow", "slow" }, outcomes_of(slow))
  end)

  it("who comes after the landing flies again: an answer is not kept here", function()
    local all, calls = flights.createFlights(), 0
    local function journey()
      calls = calls + 1
      return calls
    end
    assert.equal(1, flights.join(all, "token", far(), journey, failed))
    assert.equal(2, flights.join(all, "token", far(), journey, failed))
  end)

  it("the call is given the deadline of who started it", function()
    local all, deadline, given = flights.createFlights(), far(), nil
    flights.join(all, "token", deadline, function(until_when)
      given = until_when
      return true
    end, failed)
    assert.equal(deadline, given)
  end)

  it("a call that raises is an outcome for those who wait, and for them only", function()
    local all, gate, calls = flights.createFlights(), semaphores.new(), 0
    local threads = joining(all, "token", 5, function()
      calls = calls + 1
      gate:wait(60)
      error("broken", 0)
    end)
    let_others_run()
    gate:post(1)
    for _, outcome in ipairs(outcomes_of(threads)) do assert.same({ failed = "broken" }, outcome) end
    assert.equal(1, calls)
    assert.equal("well", flights.join(all, "token", far(), function() return "well" end, failed))
  end)

  it("who has no time left waits no longer; the others still get the answer", function()
    local all, gate, calls = flights.createFlights(), semaphores.new(), 0
    local threads = joining(all, "token", 3, function()
      calls = calls + 1
      gate:wait(60)
      return "answer"
    end)
    assert.is_nil(flights.join(all, "token", ngx.now() - 0.001, function() error("not asked twice") end, failed))
    gate:post(1)
    assert.same({ "answer", "answer", "answer" }, outcomes_of(threads))
    assert.equal(1, calls)
  end)

  it("a leader whose client goes away harms no follower", function()
    local all, gate, calls = flights.createFlights(), semaphores.new(), 0
    local function journey()
      calls = calls + 1
      gate:wait(60)
      return "answer"
    end
    local leader = joining(all, "token", 1, journey)[1]
    local followers = joining(all, "token", 3, journey)
    let_others_run()
    assert.is_truthy(ngx.thread.kill(leader))
    gate:post(1)
    assert.same({ "answer", "answer", "answer" }, outcomes_of(followers))
    assert.equal(1, calls)
  end)

  it("a flight that was lost with its timer is not waited for for ever", function()
    local all, calls = flights.createFlights(), 0
    local gate = semaphores.new()
    -- Long overdue when the next one comes: it began for somebody whose deadline has passed.
    flights.launch(all, "token", ngx.now() - 10, function()
      gate:wait(60)
      return "late"
    end, failed)
    local outcome = flights.join(all, "token", far(), function()
      calls = calls + 1
      return "new"
    end, failed)
    assert.equal("new", outcome)
    assert.equal(1, calls)
    gate:post(1)
    let_others_run()
    assert.is_nil(next(all.underWay))
  end)

  it("a late landing does not end the flight that took its place", function()
    local all, old_gate, new_gate = flights.createFlights(), semaphores.new(), semaphores.new()
    flights.launch(all, "token", ngx.now() - 10, function()
      old_gate:wait(60)
      return "late"
    end, failed)
    local threads = joining(all, "token", 2, function()
      new_gate:wait(60)
      return "new"
    end)
    let_others_run()
    old_gate:post(1)
    let_others_run()
    assert.is_table(all.underWay.token)
    new_gate:post(1)
    assert.same({ "new", "new" }, outcomes_of(threads))
  end)
end)

describe("a flight that nobody waits for (design section 6: one timer refreshes)", function()
  it("starts once, and whoever comes meanwhile joins it", function()
    local all, gate, calls = flights.createFlights(), semaphores.new(), 0
    local function journey()
      calls = calls + 1
      gate:wait(60)
      return "fresh"
    end
    for _ = 1, 5 do flights.launch(all, "token", far(), journey, failed) end
    local threads = joining(all, "token", 2, journey)
    let_others_run()
    gate:post(1)
    assert.same({ "fresh", "fresh" }, outcomes_of(threads))
    assert.equal(1, calls)
  end)
end)

-- The module as it is where nginx says of each timer that it is set, and drops so many of them when their turn comes.
local function flights_that_lose_timers(lost)
  local module, timers =
    "kong.plugins.token-introspection.flight", "kong.plugins.token-introspection.background"
  local real = package.loaded[timers]
  package.loaded[module], package.loaded[timers] = nil, {
    runInBackground = function(task)
      lost = lost - 1
      if lost < 0 then real.runInBackground(task) end
    end,
  }
  local dropped = require(module)
  package.loaded[module], package.loaded[timers] = flights, real
  return dropped
end

describe("a flight whose timer nginx drops, for want of a connection (nginx_events_worker_connections)", function()
  it("is started again, and answers all who wait for it, each in time", function()
    local dropping = flights_that_lose_timers(2)
    local all, gate, calls = dropping.createFlights(), semaphores.new(), 0
    local threads = {}
    for index = 1, 3 do
      threads[index] = ngx.thread.spawn(function()
        return dropping.join(all, "token", far(), function()
          calls = calls + 1
          gate:wait(60)
          return "answer"
        end, failed)
      end)
    end
    while calls == 0 do ngx.sleep(0.001) end
    gate:post(1)
    assert.same({ "answer", "answer", "answer" }, outcomes_of(threads))
    assert.equal(1, calls)
    assert.is_nil(next(all.underWay))
  end)

  it("has the time of whoever starts it again, where the first has none left", function()
    local dropping = flights_that_lose_timers(1)
    local all, given, deadline = dropping.createFlights(), nil, far()
    local function journey(until_when)
      given = until_when
      return "answer"
    end
    dropping.launch(all, "token", ngx.now(), journey, failed)
    assert.equal("answer", dropping.join(all, "token", deadline, journey, failed))
    assert.equal(deadline, given)
  end)

  it("that nobody waits for is started again by the next who wants it", function()
    local dropping = flights_that_lose_timers(1)
    local all, calls = dropping.createFlights(), 0
    local function journey()
      calls = calls + 1
      return "answer"
    end
    while calls == 0 do
      dropping.launch(all, "token", far(), journey, failed)
      ngx.sleep(0.01)
    end
    assert.equal(1, calls)
    assert.is_nil(next(all.underWay))
  end)
end)
